"""Lists of events and the month view, with the filters of their address."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from intranet.collaboration.events import queries, view_models
from intranet.collaboration.events.answered_events import is_answered_by
from intranet.collaboration.events.queries import EventConditions
from intranet.collaboration.events.recurrence import WEEKDAYS
from intranet.extensions import db
from intranet.finding.finder.filters import FilterReader, Filters, sent_as
from intranet.organisation.agencies.models import Agency, Function
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.rest import after_time, read_time
from intranet.platform.core.web import current_language, current_zone
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.queries import has_topic

PAGE_SIZE = 30
MONTH_LIMIT = 200
VIEWS = ("upcoming", "mine", "places", "past")
QUERY_LIMIT = 100


@dataclass(frozen=True)
class EventFilters(Filters):
    """The filters of a list of events: a view, an agency, a topic, words."""

    view: str = "upcoming"
    agency: Agency | None = None
    topic: Function | None = None
    words: str = field(default="", metadata=sent_as("q"))

    def conditions(self, person: Person) -> EventConditions:
        """Return the filters as conditions of a query."""
        found: list[ColumnElement[bool]] = []
        times = []
        if self.view == "mine":
            times.append(is_answered_by(person))
        if self.view == "places":
            found.append(queries.is_in_places_of(person))
        if self.agency:
            found.append(Publication.agency_id == self.agency.id)
        if self.topic:
            found.append(has_topic(self.topic.code))
        if self.words:
            found.append(queries.has_words(self.words))
        return EventConditions(found, times)


def read_narrowing(person: Person, sent: Mapping[str, str]) -> EventFilters:
    """Read the filters of a list from an address.

    Raises:
        NotFound: an agency or topic does not exist, or the person may not know of it.
    """
    given = FilterReader(sent)
    agency, topic = given.agency(person), given.function()
    if given.unknown:
        raise NotFound
    view = given.one_of("view", VIEWS) or VIEWS[0]
    return EventFilters(view, agency, topic, given.text("q", QUERY_LIMIT))


def list_context(person: Person, narrowing: EventFilters, cursor: str) -> dict[str, Any]:
    """Return the context of a page of events, grouped by day."""
    place = read_time(cursor)
    conditions = narrowing.conditions(person)
    if narrowing.view == "past":
        items = queries.past(person, before=place, narrowed=conditions, limit=PAGE_SIZE + 1)
    else:
        items = queries.upcoming(person, after=place, narrowed=conditions, limit=PAGE_SIZE + 1)
    some = items[:PAGE_SIZE]
    last = some[-1].occurrence if len(items) > PAGE_SIZE else None
    return {
        "days": view_models.by_day(view_models.lines_of(person, some)),
        "narrowing": narrowing,
        "next": after_time(last.starts_at, last.publication_id) if last else None,
        "agencies": _agencies(person),
        "topics": topic_options(),
        "month": clock.today(current_zone()).strftime("%Y-%m"),
    }


def month_context(person: Person, narrowing: EventFilters, text: str) -> dict[str, Any]:
    """Return the context of a month: weeks of days, each with its events.

    Raises:
        NotFound: the text is not a month.
    """
    zone = current_zone()
    first = _month(text) or clock.today(zone).replace(day=1)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    start, end = clock.start_of(weeks[0][0], zone), clock.end_of(weeks[-1][-1], zone)
    items = queries.between(
        person, start, end, narrowed=narrowing.conditions(person), limit=MONTH_LIMIT + 1
    )
    lines = view_models.lines_of(person, items[:MONTH_LIMIT])
    on: dict[date, list[view_models.EventListLine]] = {}
    for line in lines:
        on.setdefault(max(line.when.day, weeks[0][0]), []).append(line)
    return {
        "first": first,
        "month_title": view_models.month_name(first),
        "weekdays": [view_models.weekday(name) for name in WEEKDAYS],
        "weeks": [[(day, on.get(day, [])) for day in week] for week in weeks],
        "today": clock.today(zone),
        "previous": (first - timedelta(days=1)).strftime("%Y-%m"),
        "following": (first + timedelta(days=31)).strftime("%Y-%m"),
        "is_cut": len(items) > MONTH_LIMIT,
        "narrowing": narrowing,
    }


def _month(text: str) -> date | None:
    if not text:
        return None
    try:
        found = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month
    except ValueError as error:
        raise NotFound from error
    if not 2000 <= found.year <= 2100:  # noqa: PLR2004 - what a calendar is leafed through to
        raise NotFound
    return found


def _agencies(person: Person) -> list[tuple[str, str]]:
    rows = db.session.scalars(
        select(Agency).where(Agency.id.not_in(closed_agency_ids(person))).limit(500)
    )
    named = [(row.code, row.name.text(current_language(), row.language)) for row in rows]
    return [("", _("All administrations")), *sorted(named, key=lambda row: row[1])]


def topic_options() -> list[tuple[str, str]]:
    """Return the topics to choose from, by name."""
    rows = db.session.scalars(select(Function).order_by(Function.code))
    named = [(row.code, row.name.text(current_language())) for row in rows]
    return [("", _("Any topic")), *sorted(named, key=lambda row: row[1])]
