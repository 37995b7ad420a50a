"""The fields of an event's form: defaults, stored values and options."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from intranet.collaboration.events import view_models
from intranet.collaboration.events.listing import topic_options
from intranet.collaboration.events.models import Event, EventOccurrence
from intranet.collaboration.events.planning import zones
from intranet.collaboration.events.recurrence import WEEKDAYS, read_rule
from intranet.config import LANGUAGES
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.parsing import printable
from intranet.platform.core.templating import LANGUAGE_NAMES
from intranet.platform.core.web import current_language, current_zone
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.placement import placement_context
from intranet.publishing.publications.versions import with_working_copy

NEAR = ("Europe/", "Atlantic/", "Africa/", "America/")


def form_context(person: Person, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of an event's form: the values of its fields and the options."""
    return {
        "sent": sent,
        "zones": _zones(),
        "topics": topic_options(),
        "languages_known": [(tag, LANGUAGE_NAMES[tag]) for tag in LANGUAGES],
        "weekdays": [(name, view_models.weekday(name)) for name in WEEKDAYS],
        **placement_context(person, sent),
    }


def stored_fields(event: Event, language: str) -> dict[str, Any]:
    """Return the fields of the form of a stored event."""
    publication = with_working_copy(db.session.get_one(Publication, event.publication_id))
    texts = {row.language: row for row in publication.texts}
    tag = language if language in texts else next(iter(texts), current_language())
    ends = event.ends - timedelta(days=1) if event.is_all_day else event.ends
    rule = read_rule(event.rule)
    is_plain = rule is not None and not rule.count and not any(len(day) > 2 for day in rule.days)  # noqa: PLR2004
    return {
        "title": texts[tag].title if tag in texts else "",
        "body": texts[tag].body if tag in texts else "",
        "language": tag,
        "topics": [row.function_code for row in publication.topics],
        "visibility": publication.visibility.value if publication.visibility else "",
        "edition": publication.edition,
        "starts_on": event.starts.date().isoformat(),
        "starts_time": event.starts.strftime("%H:%M"),
        "ends_on": ends.date().isoformat(),
        "ends_time": ends.strftime("%H:%M"),
        "is_all_day": event.is_all_day,
        "zone": event.zone,
        "place": event.place,
        "link": event.link,
        "capacity": event.capacity or "",
        "repeats": (rule.frequency.lower() if is_plain else "rule") if rule else "",
        "interval": rule.interval if rule else 1,
        "repeats_on": list(rule.days) if rule else [],
        "until": rule.until.isoformat() if rule and rule.until else "",
        "rule": event.rule,
    }


def new_fields(person: Person, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the first values of a new event's form: from the address, else tomorrow at ten."""
    held = current_appointments(person.id)
    zone = held[0].post.unit.agency.time_zone if held else current_zone()
    try:
        starts = datetime.fromisoformat(sent.get("starts", "")).replace(tzinfo=None)
    except ValueError:
        tomorrow = clock.today(zone) + timedelta(days=1)
        starts = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 10)  # noqa: DTZ001 - by the clock
    ends = starts + timedelta(hours=1) if starts.year < date.max.year else starts
    return {
        "title": printable(sent.get("title", ""), 200),
        "language": current_language(),
        "starts_on": starts.date().isoformat(),
        "starts_time": starts.strftime("%H:%M"),
        "ends_on": ends.date().isoformat(),
        "ends_time": ends.strftime("%H:%M"),
        "zone": zone,
        "interval": 1,
        **{name: sent[name] for name in ("space_id", "post_id", "visibility") if name in sent},
    }


def _zones() -> list[str]:
    return sorted(name for name in zones() if name.startswith(NEAR) or name == "UTC")


def span_fields(event: Event, time: EventOccurrence) -> dict[str, str]:
    """Return the start and end of an occurrence as form fields, by the clock of its zone."""
    zone = ZoneInfo(event.zone)
    starts, ends = time.starts_at.astimezone(zone), time.ends_at.astimezone(zone)
    last = ends - timedelta(days=1) if event.is_all_day else ends
    return {
        "starts_on": starts.date().isoformat(),
        "starts_time": starts.strftime("%H:%M"),
        "ends_on": last.date().isoformat(),
        "ends_time": ends.strftime("%H:%M"),
    }
