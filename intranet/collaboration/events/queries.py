"""Events in lists and in a calendar, by time, in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, or_, select, tuple_
from sqlalchemy.orm import joinedload

from intranet.collaboration.events.models import (
    EVENT,
    WHOLE,
    Event,
    EventOccurrence,
)
from intranet.collaboration.events.planning import MAX_LENGTH
from intranet.extensions import db
from intranet.messaging.spaces.access import joined_by
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.types import among
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Tag, all_words
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import matching
from intranet.publishing.publications.access import readable_by
from intranet.publishing.publications.models import (
    Publication,
    PublicationVersion,
)
from intranet.publishing.publications.readable_ids import readable_among
from intranet.publishing.publications.versions import is_latest

MAX_HITS = 2_000
"""At most this many search hits are considered."""
MAX_IDS = 500
WINDOW_SIZES = (200, 1_000, 5_000, 20_000, 100_000)
"""Rows read at a time; the next window only where too few of them may be read."""
MAX_WORDS = 8


@dataclass(frozen=True)
class EventDetails:
    """An occurrence of an event, with its publication and its latest version."""

    occurrence: EventOccurrence
    event: Event
    publication: Publication
    version: PublicationVersion


@dataclass(frozen=True)
class EventConditions:
    """The filters of a list: conditions on `Publication` and on `EventOccurrence`."""

    publications: Sequence[ColumnElement[bool]] = ()
    times: Sequence[ColumnElement[bool]] = ()


EVERYTHING = EventConditions()


def upcoming(
    person: Person,
    *,
    after: tuple[datetime, UUID] | None = None,
    narrowed: EventConditions = EVERYTHING,
    limit: int,
) -> list[EventDetails]:
    """Return occurrences that are not over and that the person may read, the earliest first.

    Args:
        after: the start and the id of the last occurrence of the previous page.
    """
    now = clock.now()
    begun = EventOccurrence.starts_at > now - MAX_LENGTH - timedelta(days=1)
    conditions = [begun, EventOccurrence.ends_at > now]
    if after:
        conditions += _beyond(after)
    return _walk(person, conditions, narrowed, limit)


def past(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    narrowed: EventConditions = EVERYTHING,
    limit: int,
) -> list[EventDetails]:
    """Return occurrences that are over and that the person may read, the latest first."""
    now = clock.now()
    conditions = [EventOccurrence.starts_at <= now, EventOccurrence.ends_at <= now]
    if before:
        conditions += _beyond(before, newest_first=True)
    return _walk(person, conditions, narrowed, limit, newest_first=True)


def between(
    person: Person,
    start: datetime,
    end: datetime,
    *,
    narrowed: EventConditions = EVERYTHING,
    limit: int,
) -> list[EventDetails]:
    """Return occurrences between two instants that the person may read."""
    conditions = [
        EventOccurrence.starts_at > start - MAX_LENGTH - timedelta(days=1),
        EventOccurrence.starts_at < end,
        EventOccurrence.ends_at > start,
    ]
    return _walk(person, conditions, narrowed, limit)


def is_in_places_of(person: Person) -> ColumnElement[bool]:
    """Return the condition on `Publication` that the event is in a space of the person."""
    return Publication.space_id.in_(
        db.session.scalars(select(Space.id).where(joined_by(person))).all()
    )


def has_words(text: str) -> ColumnElement[bool]:
    """Return the condition on `Publication` that the search finds the event by these words."""
    words = all_words(text, MAX_WORDS)
    if not words:
        return Publication.id.is_not(None)
    expression = All(*words, Tag(tags.kind(DocumentKind.PUBLICATION)))
    kind = SearchDocument.kind == DocumentKind.PUBLICATION
    found = matching(expression, SearchDocument.subject_id, within=kind, most=MAX_HITS)
    return Publication.id.in_(db.session.scalars(found).all())


def next_of(event: Event) -> EventOccurrence | None:
    """Return the next occurrence that is not cancelled, or the last one where all are over."""
    mine = select(EventOccurrence).where(EventOccurrence.publication_id == event.publication_id)
    now = clock.now()
    ahead = mine.where(EventOccurrence.ends_at > now).order_by(
        EventOccurrence.cancelled_at.is_not(None), EventOccurrence.starts_at
    )
    behind = mine.order_by(EventOccurrence.starts_at.desc())
    return db.session.scalar(ahead.limit(1)) or db.session.scalar(behind.limit(1))


def times_around(event: Event, limit: int) -> list[EventOccurrence]:
    """Return the last two past occurrences and those that follow, in order."""
    mine = select(EventOccurrence).where(EventOccurrence.publication_id == event.publication_id)
    now = clock.now()
    behind = mine.where(EventOccurrence.ends_at <= now).order_by(EventOccurrence.starts_at.desc())
    ahead = mine.where(EventOccurrence.ends_at > now).order_by(EventOccurrence.starts_at)
    before = db.session.scalars(behind.limit(2)).all()[::-1]
    return [*before, *db.session.scalars(ahead.limit(limit))]


def next_occurrence(event: Event) -> EventDetails:
    """Return an event at its next occurrence."""
    found = next_of(event)
    key = found.recurrence if found else WHOLE
    asked = _whole().where(
        EventOccurrence.publication_id == event.publication_id, EventOccurrence.recurrence == key
    )
    row = db.session.execute(asked).first()
    if row is None:
        raise NotFound
    return EventDetails(*row)


def unreckoned_ids(before: datetime, limit: int) -> Sequence[UUID]:
    """Return upcoming events last calculated before an instant, the longest ago first."""
    is_ahead = exists().where(
        EventOccurrence.publication_id == Event.publication_id,
        EventOccurrence.ends_at > clock.now(),
    )
    return db.session.scalars(
        select(Event.publication_id)
        .where(Event.reckoned_at < before, is_ahead)
        .order_by(Event.reckoned_at)
        .limit(limit)
    ).all()


def _walk(
    person: Person,
    conditions: Sequence[ColumnElement[bool]],
    narrowed: EventConditions,
    limit: int,
    *,
    newest_first: bool = False,
) -> list[EventDetails]:
    """Return occurrences that the person may read, in windows along the time index.

    In a single query, databases start with all publications and sort them: with 115,000 occurrences
    that took two seconds. So a window is read first, and access is checked for its events alone.
    Where the filters match few events, these are looked up by id, so that no walk is long.
    """
    conditions = [*conditions, *narrowed.times, *_of_few(narrowed)]
    found: list[tuple[UUID, str]] = []
    place: tuple[datetime, UUID] | None = None
    for size in WINDOW_SIZES:
        beyond = _beyond(place, newest_first=newest_first) if place else []
        window = (
            select(
                EventOccurrence.publication_id,
                EventOccurrence.recurrence,
                EventOccurrence.starts_at,
            )
            .where(*conditions, *beyond)
            .order_by(*_order(newest_first=newest_first))
            .limit(size)
        )
        rows = db.session.execute(window).all()
        fitting: list[UUID] = []
        for some in in_parts({row.publication_id for row in rows}):
            fitting += db.session.scalars(_fitting(narrowed.publications), {"ids": some})
        readable = readable_among(person, fitting)
        found += [
            (row.publication_id, row.recurrence) for row in rows if row.publication_id in readable
        ]
        if len(rows) < size or len(found) >= limit:
            break
        place = (rows[-1].starts_at, rows[-1].publication_id)
    return _read(found[:limit], newest_first=newest_first)


def _fitting(conditions: Sequence[ColumnElement[bool]]) -> Select[UUID]:
    """Select which of some ids belong to events that stand and meet the conditions."""
    return select(Publication.id).where(
        among(Publication.id, "ids"),
        Publication.kind == EVENT,
        Publication.withdrawn_at.is_(None),
        *conditions,
    )


def _of_few(narrowed: EventConditions) -> list[ColumnElement[bool]]:
    """Return a condition on the ids of the matching events if they are few, else no condition."""
    if not narrowed.publications:
        return []
    asked = select(Publication.id).where(Publication.kind == EVENT, *narrowed.publications)
    ids = db.session.scalars(asked.limit(MAX_IDS + 1)).all()
    return [EventOccurrence.publication_id.in_(ids)] if len(ids) <= MAX_IDS else []


def _beyond(
    place: tuple[datetime, UUID], *, newest_first: bool = False
) -> list[ColumnElement[bool]]:
    at, publication_id = place
    begins, key = EventOccurrence.starts_at, EventOccurrence.publication_id
    if newest_first:
        return [begins <= at, or_(begins < at, key < publication_id)]
    return [begins >= at, or_(begins > at, key > publication_id)]


def _order(*, newest_first: bool) -> list[ColumnElement[Any]]:
    order = (EventOccurrence.starts_at, EventOccurrence.publication_id)
    return [part.desc() if newest_first else part.asc() for part in order]


def read_by(person: Person) -> list[ColumnElement[bool]]:
    """Return the conditions on `Publication` for events that the person may read."""
    return [
        Publication.kind == EVENT,
        Publication.withdrawn_at.is_(None),
        readable_by(person),
    ]


@cache
def _whole() -> Select[EventOccurrence, Event, Publication, PublicationVersion]:
    return (
        select(EventOccurrence, Event, Publication, PublicationVersion)
        .join(Event, Event.publication_id == EventOccurrence.publication_id)
        .join(Publication, Publication.id == Event.publication_id)
        .join(PublicationVersion, is_latest())
        .options(
            joinedload(Publication.post, innerjoin=True).joinedload(Post.unit, innerjoin=True),
            joinedload(Publication.published_by),
            joinedload(Publication.space, innerjoin=True),
        )
    )


def items_at(places: Sequence[tuple[UUID, datetime]]) -> list[EventDetails]:
    """Return these events at these starts, the earliest first."""
    rows: list[EventDetails] = []
    for some in in_parts(places):
        rows += [EventDetails(*row) for row in db.session.execute(_whole_at(), {"places": some})]
    return sorted(rows, key=lambda item: (item.occurrence.starts_at, item.publication.id))


@cache
def _whole_at() -> Select[EventOccurrence, Event, Publication, PublicationVersion]:
    places: BindParameter[Any] = bindparam("places", expanding=True)
    of_times = tuple_(EventOccurrence.publication_id, EventOccurrence.starts_at).in_(places)
    return _whole().where(of_times)


def _read(keys: Sequence[tuple[UUID, str]], *, newest_first: bool = False) -> list[EventDetails]:
    if not keys:
        return []
    of_keys = tuple_(EventOccurrence.publication_id, EventOccurrence.recurrence).in_(keys)
    rows = db.session.execute(_whole().where(of_keys).order_by(*_order(newest_first=newest_first)))
    return [EventDetails(*row) for row in rows]
