"""Contexts of the notification pages."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intranet.attention.notifications import queries
from intranet.attention.notifications.choices import all_ways
from intranet.attention.notifications.labels import KINDS
from intranet.attention.notifications.models import Kind, MailChoice
from intranet.attention.notifications.queries import Tab
from intranet.attention.notifications.view_models import notification_views
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.queries import quiet_time_of
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.rest import after_time
from intranet.platform.core.web import current_language, current_zone
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.models import Publication, PublicationVersion

PAGE_SIZE = 40
BRIEF = (Kind.MENTION, Kind.TALK, Kind.TO_CONFIRM)
"""Kinds that the summary beside the list names."""
OWN = "/me/notifications"


def list_context(person: Person, before: tuple[datetime, UUID] | None, tab: Tab) -> dict[str, Any]:
    """Return a page of notifications by day, with the counts of the tabs."""
    found = queries.latest(person, before, PAGE_SIZE + 1, tab)
    rest = found[:PAGE_SIZE]
    last = rest[-1] if len(found) > PAGE_SIZE else None
    rows = notification_views(person, rest)
    return {
        "days": [(day, list(some)) for day, some in groupby(rows, key=lambda row: _day(row.at))],
        "tab": tab.value,
        "tabs": queries.tab_counts(person),
        "next_before": after_time(last.acted_at, last.id) if last else None,
        "reach": _reach(person),
    }


def _day(at: datetime) -> str:
    """Return the heading for a day, from "Today" to "Earlier"."""
    zone = ZoneInfo(current_zone())
    that_day, today = at.astimezone(zone).date(), clock.today(current_zone())
    this_week = today - timedelta(days=today.weekday())
    if that_day >= today:
        return _("Today")
    if that_day == today - timedelta(days=1):
        return _("Yesterday")
    if that_day >= this_week:
        return _("Earlier this week")
    if that_day >= this_week - timedelta(days=7):
        return _("Last week")
    return _("Earlier")


def _reach(person: Person) -> dict[str, Any]:
    """Summarise how notifications reach a person, and when their working day ends."""
    chosen = all_ways(person.id)
    on_devices = [str(KINDS[kind]) for kind in BRIEF if chosen[kind].push]
    by_mail = [str(KINDS[kind]) for kind in BRIEF if chosen[kind].mail == MailChoice.NOW]
    peace = quiet_time_of(person.id, clock.now())
    outlets = queries.outlets(person)
    return {
        "has_device": outlets.has_device,
        "devices": on_devices,
        "mail": by_mail,
        "rhythm": outlets.rhythm.value,
        "muted": outlets.muted,
        "quiet_from": peace.begins,
        "quiet_until": peace.ends,
    }


def recipient(publication: Publication, person_id: UUID) -> Person:
    """Fetch a recipient of a publication.

    Raises:
        NotFound: it was not sent to them.
    """
    found = db.session.scalar(
        select(Person)
        .join(Recipient, Recipient.person_id == Person.id)
        .where(Recipient.publication_id == publication.id, Person.id == person_id)
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def title_of(publication: Publication) -> dict[str, str]:
    """Return the title of a publication for the reader."""
    version = db.session.get(PublicationVersion, (publication.id, publication.version))
    return {"title": version.title.text(current_language()) if version else ""}
