"""Events in lists and in a calendar, by time, and who comes; in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, tuple_
from sqlalchemy.orm import joinedload

from intranet.collaboration.events.models import (
    WHOLE,
    Event,
    EventOccurrence,
)
from intranet.collaboration.events.planning import LONGEST
from intranet.extensions import db
from intranet.messaging.spaces.access import joined_by
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Tag, in_any_number
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import matching
from intranet.publishing.publications.access import readable_by
from intranet.publishing.publications.models import (
    Publication,
    PublicationKind,
    PublicationVersion,
)
from intranet.publishing.publications.versions import is_latest

HITS = 2_000
"""So many of what a word finds are looked at."""
FEW = 500
WINDOWS = (200, 1_000, 5_000, 20_000, 100_000)
"""So many times are looked at, and further ones only where too few of them may be read."""
WORDS = 8


@dataclass(frozen=True)
class Item:
    """One time at which an event is, with what is said of it."""

    occurrence: EventOccurrence
    event: Event
    publication: Publication
    version: PublicationVersion


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed to: conditions on `Publication`, and on `EventOccurrence`."""

    publications: Sequence[ColumnElement[bool]] = ()
    times: Sequence[ColumnElement[bool]] = ()


EVERYTHING = Narrowed()


def upcoming(
    person: Person,
    *,
    after: tuple[datetime, UUID] | None = None,
    narrowed: Narrowed = EVERYTHING,
    limit: int,
) -> list[Item]:
    """What is not over yet and the person may read, the first to begin first.

    Args:
        after: when the last one shown begins, and its id.
    """
    now = clock.now()
    begun = EventOccurrence.starts_at > now - LONGEST - timedelta(days=1)
    conditions = [begun, EventOccurrence.ends_at > now]
    if after:
        conditions += _beyond(after)
    return _walk(person, conditions, narrowed, limit)


def past(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    narrowed: Narrowed = EVERYTHING,
    limit: int,
) -> list[Item]:
    """What is over, the last first."""
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
    narrowed: Narrowed = EVERYTHING,
    limit: int,
) -> list[Item]:
    """What the person may read and is at some moment between two instants."""
    conditions = [
        EventOccurrence.starts_at > start - LONGEST - timedelta(days=1),
        EventOccurrence.starts_at < end,
        EventOccurrence.ends_at > start,
    ]
    return _walk(person, conditions, narrowed, limit)


def is_in_places_of(person: Person) -> ColumnElement[bool]:
    """It is in a space that the person is in, as a condition on `Publication`."""
    return Publication.space_id.in_(
        db.session.scalars(select(Space.id).where(joined_by(person))).all()
    )


def has_words(text: str) -> ColumnElement[bool]:
    """It is found by these words, as a condition on `Publication`."""
    words = fold(text).split()[:WORDS]
    if not words:
        return Publication.id.is_not(None)
    expression = All(
        *(in_any_number(word) for word in words), Tag(tags.kind(DocumentKind.PUBLICATION))
    )
    kind = SearchDocument.kind == DocumentKind.PUBLICATION
    found = matching(expression, SearchDocument.subject_id, within=kind, most=HITS)
    return Publication.id.in_(db.session.scalars(found).all())


def next_of(event: Event) -> EventOccurrence | None:
    """The next time that stands, the last one where all are over."""
    mine = select(EventOccurrence).where(EventOccurrence.publication_id == event.publication_id)
    now = clock.now()
    ahead = mine.where(EventOccurrence.ends_at > now).order_by(
        EventOccurrence.cancelled_at.is_not(None), EventOccurrence.starts_at
    )
    behind = mine.order_by(EventOccurrence.starts_at.desc())
    return db.session.scalar(ahead.limit(1)) or db.session.scalar(behind.limit(1))


def times_around(event: Event, limit: int) -> list[EventOccurrence]:
    """The last two of its times and those that follow, in their order."""
    mine = select(EventOccurrence).where(EventOccurrence.publication_id == event.publication_id)
    now = clock.now()
    behind = mine.where(EventOccurrence.ends_at <= now).order_by(EventOccurrence.starts_at.desc())
    ahead = mine.where(EventOccurrence.ends_at > now).order_by(EventOccurrence.starts_at)
    before = db.session.scalars(behind.limit(2)).all()[::-1]
    return [*before, *db.session.scalars(ahead.limit(limit))]


def one(event: Event) -> Item:
    """An event with what is said of it, at its next time."""
    found = next_of(event)
    key = found.recurrence if found else WHOLE
    asked = _whole().where(
        EventOccurrence.publication_id == event.publication_id, EventOccurrence.recurrence == key
    )
    row = db.session.execute(asked).first()
    if row is None:
        raise NotFound
    return Item(*row)


def unreckoned_ids(before: datetime, limit: int) -> Sequence[UUID]:
    """Events ahead whose times were reckoned last before an instant, the longest ago first."""
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
    narrowed: Narrowed,
    limit: int,
    *,
    newest_first: bool = False,
) -> list[Item]:
    """Times in their order that the person may read, from windows along the index of time.

    Asked in one piece, databases begin with all publications and sort them: of 115,000 times
    that took two seconds. A window is read first, and who may read it is asked of that alone;
    what is narrowed to few events is looked up by these, and so is no long walk either.
    """
    conditions = [*conditions, *narrowed.times, *_of_few(narrowed)]
    found: list[tuple[UUID, str]] = []
    place: tuple[datetime, UUID] | None = None
    for size in WINDOWS:
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
        ids = {row.publication_id for row in rows}
        readable: set[UUID] = set()
        for some in in_parts(ids):
            asked = select(Publication.id).where(
                Publication.id.in_(some), *read_by(person), *narrowed.publications
            )
            readable |= set(db.session.scalars(asked))
        found += [
            (row.publication_id, row.recurrence) for row in rows if row.publication_id in readable
        ]
        if len(rows) < size or len(found) >= limit:
            break
        place = (rows[-1].starts_at, rows[-1].publication_id)
    return _read(found[:limit], newest_first=newest_first)


def _of_few(narrowed: Narrowed) -> list[ColumnElement[bool]]:
    """The events that fit, by their ids where they are few."""
    if not narrowed.publications:
        return []
    asked = select(Publication.id).where(
        Publication.kind == PublicationKind.EVENT, *narrowed.publications
    )
    ids = db.session.scalars(asked.limit(FEW + 1)).all()
    return [EventOccurrence.publication_id.in_(ids)] if len(ids) <= FEW else []


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
    """Events that the person may read and that stand, as conditions on `Publication`."""
    return [
        Publication.kind == PublicationKind.EVENT,
        Publication.withdrawn_at.is_(None),
        readable_by(person),
    ]


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


def items_at(places: Sequence[tuple[UUID, datetime]]) -> list[Item]:
    """These events at these of their times, the first first."""
    rows: list[Item] = []
    for some in in_parts(places):
        of_times = tuple_(EventOccurrence.publication_id, EventOccurrence.starts_at).in_(some)
        rows += [Item(*row) for row in db.session.execute(_whole().where(of_times))]
    return sorted(rows, key=lambda item: (item.occurrence.starts_at, item.publication.id))


def _read(keys: Sequence[tuple[UUID, str]], *, newest_first: bool = False) -> list[Item]:
    if not keys:
        return []
    of_keys = tuple_(EventOccurrence.publication_id, EventOccurrence.recurrence).in_(keys)
    rows = db.session.execute(_whole().where(of_keys).order_by(*_order(newest_first=newest_first)))
    return [Item(*row) for row in rows]
