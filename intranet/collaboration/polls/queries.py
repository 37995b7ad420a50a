"""Polls in lists, and who chose what in those by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select, true

from intranet.collaboration.polls.models import Poll, PollChoice, PollVoter, Suits
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Id, Instant
from intranet.publishing.publications.contributed import (
    ids_with,
    is_before,
    newest,
    standing,
    whole_rows,
)
from intranet.publishing.publications.models import Publication, PublicationKind, PublicationVersion
from intranet.publishing.publications.reaching import reaches
from intranet.publishing.publications.voices import people_rung


class View(StrEnum):
    """Which polls a list shows."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Listed:
    """A poll in a list, with the version that readers get."""

    poll: Poll
    publication: Publication
    version: PublicationVersion


def is_open(now: Instant) -> ColumnElement[bool]:
    """One may vote at this instant, as a condition."""
    return and_(Poll.closed_at.is_(None), or_(Poll.closes_at.is_(None), Poll.closes_at > now))


def is_rung(poll: Poll) -> ColumnElement[bool]:
    """Who is told of the poll, as a condition on `PollVoter`.

    Whoever was chosen or has voted; of the people of a place, whom the place rings.
    """
    if poll.audience is not None:
        return true()
    rung = PollVoter.person_id.in_(people_rung(poll.publication.space))
    return or_(PollVoter.has_voted.is_(True), rung)


def listed(
    person: Person,
    view: View,
    *,
    before: tuple[datetime, UUID] | None = None,
    words: str = "",
    limit: int,
) -> list[Listed]:
    """Polls that the person may read and that stand, the newest first."""
    now = clock.now()
    conditions: list[ColumnElement[bool]] = []
    if view == View.OPEN:
        conditions.append(is_open(now))
    elif view == View.CLOSED:
        conditions.append(not_(is_open(now)))
    asked = newest(person, PublicationKind.POLL, Poll, *conditions)
    if words:
        asked = asked.where(Publication.id.in_(ids_with(words)))
    if before:
        asked = asked.where(is_before(before))
    return [Listed(*row) for row in whole_rows(Poll, asked.limit(limit))]


def waiting(person: Person, limit: int) -> list[Listed]:
    """Open polls in which the person is asked and has not voted, the first to close first."""
    mine = and_(
        PollVoter.poll_id == Poll.publication_id,
        PollVoter.person_id == person.id,
        PollVoter.has_voted.is_(False),
    )
    asked = (
        standing(person, Poll)
        .where(is_open(clock.now()))
        .join(PollVoter, mine)
        .order_by(Poll.closes_at.is_(None), Poll.closes_at, Poll.publication_id)
    )
    return [Listed(*row) for row in whole_rows(Poll, asked.limit(limit))]


def waiting_ids(person_id: Id, now: Instant) -> Select[UUID]:
    """Ids of the same polls, for a statement that is built once."""
    return (
        select(PollVoter.poll_id)
        .join(Poll, Poll.publication_id == PollVoter.poll_id)
        .join(Publication, Publication.id == PollVoter.poll_id)
        .where(
            PollVoter.person_id == person_id,
            PollVoter.has_voted.is_(False),
            is_open(now),
            Publication.published_at.is_not(None),
            reaches(person_id, now),
        )
    )


def voted_in(person: Person, poll_ids: Collection[UUID]) -> dict[UUID, bool]:
    """In which of these polls the person is asked, each with whether they have voted."""
    rows = db.session.execute(
        select(PollVoter.poll_id, PollVoter.has_voted).where(
            PollVoter.poll_id.in_(poll_ids), PollVoter.person_id == person.id
        )
    )
    return dict(rows.all())


def chosen_by(person: Person, poll: Poll) -> dict[int, Suits]:
    """What the person chose in a poll by name."""
    rows = db.session.execute(
        select(PollChoice.number, PollChoice.suits).where(
            PollChoice.poll_id == poll.publication_id, PollChoice.person_id == person.id
        )
    )
    return dict(rows.all())


def choices(poll: Poll, limit: int | None = None) -> list[tuple[Person, int, Suits]]:
    """Who chose what in a poll by name, by the names of people."""
    asked = (
        select(Person, PollChoice.number, PollChoice.suits)
        .join(PollChoice, PollChoice.person_id == Person.id)
        .where(PollChoice.poll_id == poll.publication_id)
        .order_by(Person.sort_key, Person.id, PollChoice.number)
    )
    return [
        (person, number, suits) for person, number, suits in db.session.execute(asked.limit(limit))
    ]


def due_ids(now: datetime, limit: int) -> Sequence[UUID]:
    """Ids of polls that have reached their time and are not closed yet."""
    return db.session.scalars(
        select(Poll.publication_id)
        .where(Poll.closed_at.is_(None), Poll.closes_at <= now)
        .order_by(Poll.closes_at, Poll.publication_id)
        .limit(limit)
    ).all()


def to_remind(now: datetime, ahead: timedelta, limit: int) -> Sequence[UUID]:
    """Ids of polls that close soon, were open long enough and of which nobody was reminded."""
    return db.session.scalars(
        select(Poll.publication_id)
        .join(Publication, Publication.id == Poll.publication_id)
        .where(
            Poll.closed_at.is_(None),
            Poll.closes_at > now,
            Poll.closes_at <= now + ahead,
            Poll.reminded_at.is_(None),
            Publication.withdrawn_at.is_(None),
            Publication.published_at <= now - ahead,
        )
        .order_by(Poll.closes_at, Poll.publication_id)
        .limit(limit)
    ).all()
