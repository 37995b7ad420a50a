"""Events in lists and in a calendar, by time, and who comes; in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from intranet.accounts.models import Account
from intranet.accounts.queries import may_sign_in
from intranet.accounts.secret import hash_of
from intranet.core import clock
from intranet.core.errors import NotFound
from intranet.core.text import fold
from intranet.events.models import (
    WHOLE,
    AnswerKind,
    CalendarKey,
    Event,
    EventAnswer,
    EventOccurrence,
)
from intranet.events.planning import LONGEST
from intranet.extensions import db
from intranet.index import tags
from intranet.index.expressions import All, Tag, Word
from intranet.index.models import DocumentKind, SearchDocument
from intranet.index.queries import matching
from intranet.people.models import Person
from intranet.publications.access import readable_by
from intranet.publications.models import (
    Publication,
    PublicationKind,
    PublicationVersion,
)
from intranet.publications.versions import is_latest
from intranet.spaces.access import joined_by
from intranet.spaces.models import Space

HITS = 2_000
"""So many of what a word finds are looked at."""
WORDS = 8


@dataclass(frozen=True)
class Item:
    """One time at which an event is, with what is said of it."""

    occurrence: EventOccurrence
    event: Event
    publication: Publication
    version: PublicationVersion


def upcoming(
    person: Person,
    *,
    after: tuple[datetime, UUID] | None = None,
    narrowed: Sequence[ColumnElement[bool]] = (),
    limit: int,
) -> list[Item]:
    """What is not over yet and the person may read, the first to begin first.

    Args:
        after: when the last one shown begins, and its id.
        narrowed: further conditions on `Publication` and `EventOccurrence`.
    """
    now = clock.now()
    begun = EventOccurrence.starts_at > now - LONGEST - timedelta(days=1)
    conditions = [begun, EventOccurrence.ends_at > now, *narrowed]
    if after:
        at, publication_id = after
        conditions += [
            EventOccurrence.starts_at >= at,
            or_(
                EventOccurrence.starts_at > at,
                EventOccurrence.publication_id > publication_id,
            ),
        ]
    keys = _keys(person, conditions).order_by(
        EventOccurrence.starts_at, EventOccurrence.publication_id
    )
    return _read(keys.limit(limit))


def past(
    person: Person,
    *,
    before: tuple[datetime, UUID] | None = None,
    narrowed: Sequence[ColumnElement[bool]] = (),
    limit: int,
) -> list[Item]:
    """What is over, the last first."""
    now = clock.now()
    conditions = [EventOccurrence.starts_at <= now, EventOccurrence.ends_at <= now, *narrowed]
    if before:
        at, publication_id = before
        conditions += [
            EventOccurrence.starts_at <= at,
            or_(
                EventOccurrence.starts_at < at,
                EventOccurrence.publication_id < publication_id,
            ),
        ]
    keys = _keys(person, conditions).order_by(
        EventOccurrence.starts_at.desc(), EventOccurrence.publication_id.desc()
    )
    return _read(keys.limit(limit), newest_first=True)


def between(
    person: Person,
    start: datetime,
    end: datetime,
    narrowed: Sequence[ColumnElement[bool]] = (),
    *,
    limit: int,
) -> list[Item]:
    """What the person may read and is at some moment between two instants."""
    conditions = [
        EventOccurrence.starts_at > start - LONGEST - timedelta(days=1),
        EventOccurrence.starts_at < end,
        EventOccurrence.ends_at > start,
        *narrowed,
    ]
    keys = _keys(person, conditions).order_by(
        EventOccurrence.starts_at, EventOccurrence.publication_id
    )
    return _read(keys.limit(limit))


def is_answered_by(person: Person) -> ColumnElement[bool]:
    """The person said that they come to this time, or may, as a condition on `EventOccurrence`.

    What is said of one day goes before what is said of all.
    """
    of_day = aliased(EventAnswer)
    said = and_(
        EventAnswer.publication_id == EventOccurrence.publication_id,
        EventAnswer.person_id == person.id,
        EventAnswer.answer != AnswerKind.NO,
    )
    said_of_day = exists().where(said, EventAnswer.recurrence == EventOccurrence.recurrence)
    said_of_all = exists().where(said, EventAnswer.recurrence == WHOLE)
    refused = exists().where(
        of_day.publication_id == EventOccurrence.publication_id,
        of_day.person_id == person.id,
        of_day.recurrence == EventOccurrence.recurrence,
        of_day.answer == AnswerKind.NO,
    )
    mine = select(EventAnswer.publication_id).where(
        EventAnswer.person_id == person.id, EventAnswer.answer != AnswerKind.NO
    )
    return and_(
        EventOccurrence.publication_id.in_(mine),
        or_(said_of_day, and_(said_of_all, ~refused)),
    )


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
    expression = All(*(Word(word) for word in words), Tag(tags.kind(DocumentKind.PUBLICATION)))
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


def _keys(person: Person, conditions: Sequence[ColumnElement[bool]]) -> Select[UUID, str]:
    """Keys of times, found along the index of time alone."""
    return (
        select(EventOccurrence.publication_id, EventOccurrence.recurrence)
        .join(Publication, Publication.id == EventOccurrence.publication_id)
        .where(*_read_by(person), *conditions)
    )


def _read_by(person: Person) -> list[ColumnElement[bool]]:
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
            joinedload(Publication.post, innerjoin=True),
            joinedload(Publication.published_by),
            joinedload(Publication.space, innerjoin=True),
        )
    )


def _read(keys: Select[UUID, str], *, newest_first: bool = False) -> list[Item]:
    wanted = keys.subquery()
    asked = _whole().join(
        wanted,
        and_(
            wanted.c.publication_id == EventOccurrence.publication_id,
            wanted.c.recurrence == EventOccurrence.recurrence,
        ),
    )
    order = (EventOccurrence.starts_at, EventOccurrence.publication_id)
    rows = db.session.execute(
        asked.order_by(*(part.desc() for part in order) if newest_first else order)
    )
    return [Item(*row) for row in rows]


def calendar_key(person: Person) -> CalendarKey | None:
    """Whether there is an address of the person's calendar."""
    return db.session.get(CalendarKey, person.id)


def person_of_calendar(secret: str) -> tuple[Person, Account, CalendarKey]:
    """Whose calendar a secret address is, while they may sign in.

    Raises:
        NotFound: nobody's, or of somebody who may not sign in any more.
    """
    row = db.session.execute(
        select(Person, Account, CalendarKey)
        .join(CalendarKey, CalendarKey.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(CalendarKey.key_hash == hash_of(secret), may_sign_in())
    ).first()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


def in_calendar(person: Person, *, has_places: bool, limit: int) -> list[Item]:
    """The events in a person's calendar, each once, that are not long over, the next first."""
    since = clock.now() - timedelta(days=90)
    answered = select(EventAnswer.publication_id).where(
        EventAnswer.person_id == person.id, EventAnswer.answer != AnswerKind.NO
    )
    mine = Publication.id.in_(db.session.scalars(answered).all())
    wanted = or_(mine, is_in_places_of(person)) if has_places else mine
    first = func.min(EventOccurrence.starts_at).label("first")
    keys = (
        select(EventOccurrence.publication_id, first)
        .join(Publication, Publication.id == EventOccurrence.publication_id)
        .where(EventOccurrence.ends_at > since, *_read_by(person), wanted)
        .group_by(EventOccurrence.publication_id)
        .order_by(first, EventOccurrence.publication_id)
        .limit(limit)
        .subquery()
    )
    asked = _whole().join(
        keys,
        and_(
            keys.c.publication_id == EventOccurrence.publication_id,
            keys.c.first == EventOccurrence.starts_at,
        ),
    )
    rows = db.session.execute(asked.order_by(EventOccurrence.starts_at, Publication.id))
    return list({row[2].id: Item(*row) for row in rows}.values())
