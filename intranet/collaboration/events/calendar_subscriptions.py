"""Calendar subscriptions: the person behind a secret address, and the events of their calendar."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, func, select

from intranet.collaboration.events.models import (
    AnswerKind,
    CalendarKey,
    EventAnswer,
    EventOccurrence,
)
from intranet.collaboration.events.queries import EventDetails, is_in_places_of, items_at, read_by
from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.queries import may_sign_in
from intranet.organisation.accounts.random_secrets import hash_of
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.publishing.publications.models import Publication

KEPT_FOR = timedelta(days=90)
"""Events that ended longer ago are left out of calendars."""


def calendar_key(person: Person) -> CalendarKey | None:
    """Return the key of the person's calendar, if there is one."""
    return db.session.get(CalendarKey, person.id)


def person_of_calendar(secret: str) -> tuple[Person, Account, CalendarKey]:
    """Return the person, account and key of a secret address.

    Raises:
        NotFound: the address is unknown, or its person may no longer sign in.
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


def in_calendar(person: Person, *, has_places: bool, limit: int) -> list[EventDetails]:
    """Return the events of a person's calendar, each once, the earliest first."""
    ids = _answered(person)
    if has_places:
        asked = select(Publication.id).where(*read_by(person), is_in_places_of(person))
        newest = asked.order_by(Publication.published_at.desc()).limit(limit)
        ids |= set(db.session.scalars(newest))
    firsts: list[Row[UUID, datetime]] = []
    for some in in_parts(ids):
        first = func.min(EventOccurrence.starts_at).label("first")
        times = select(EventOccurrence.publication_id, first).where(
            EventOccurrence.publication_id.in_(some),
            EventOccurrence.ends_at > clock.now() - KEPT_FOR,
        )
        firsts += db.session.execute(times.group_by(EventOccurrence.publication_id)).all()
    readable: set[UUID] = set()
    for part in in_parts({row.publication_id for row in firsts}):
        asked = select(Publication.id).where(Publication.id.in_(part), *read_by(person))
        readable |= set(db.session.scalars(asked))
    found = sorted((row.first, row.publication_id) for row in firsts)
    some_times = [(event_id, at) for at, event_id in found if event_id in readable][:limit]
    return list({item.publication.id: item for item in items_at(some_times)}.values())


def _answered(person: Person) -> set[UUID]:
    asked = select(EventAnswer.publication_id).where(
        EventAnswer.person_id == person.id, EventAnswer.answer != AnswerKind.NO
    )
    return set(db.session.scalars(asked))
