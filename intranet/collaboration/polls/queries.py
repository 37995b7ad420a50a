"""Polls in lists, and the choices in polls by name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select, true

from intranet.collaboration.polls.models import POLL, Poll, PollChoice, PollVoter, Suits
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, Id, Instant, id_parameter
from intranet.publishing.publications.audience_membership import holdings_of
from intranet.publishing.publications.contributed import (
    ids_with,
    is_before,
    load_rows,
    load_rows_of,
    newest,
)
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.newest import is_addressed, reader_values
from intranet.publishing.publications.visibility_rule import reaches
from intranet.publishing.publications.voices import people_rung


class PollView(StrEnum):
    """The filter of a list of polls."""

    ALL = "all"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class PollListEntry:
    """A poll in a list, with its publication and its latest version."""

    poll: Poll
    publication: Publication
    version: PublicationVersion


def is_open(now: Instant) -> ColumnElement[bool]:
    """Return the condition on `Poll` that it accepts votes at this instant."""
    return and_(Poll.closed_at.is_(None), or_(Poll.closes_at.is_(None), Poll.closes_at > now))


def is_rung(poll: Poll) -> ColumnElement[bool]:
    """Return the condition on `PollVoter` that the voter is notified of the poll.

    All voters of an audience are notified. Among members of a space, only those who have voted and
    those who get notifications of the space (`people_rung`) are.
    """
    if poll.audience is not None:
        return true()
    rung = PollVoter.person_id.in_(people_rung(poll.publication.space))
    return or_(PollVoter.has_voted.is_(True), rung)


def listed(
    person: Person,
    view: PollView,
    *,
    before: tuple[datetime, UUID] | None = None,
    words: str = "",
    limit: int,
) -> list[PollListEntry]:
    """Return polls that the person may read, the newest first."""
    now = clock.now()
    conditions: list[ColumnElement[bool]] = []
    if view == PollView.OPEN:
        conditions.append(is_open(now))
    elif view == PollView.CLOSED:
        conditions.append(not_(is_open(now)))
    asked = newest(person, POLL, Poll, *conditions)
    if words:
        asked = asked.where(Publication.id.in_(ids_with(words)))
    if before:
        asked = asked.where(is_before(before))
    return [PollListEntry(*row) for row in load_rows(Poll, asked.limit(limit))]


def waiting(person: Person, limit: int) -> list[PollListEntry]:
    """Return open polls in which the person has yet to vote, the first to close first."""
    asked = _waiting(len(holdings_of(person).posts), limit)
    ids = execute_prepared(asked, **reader_values(person)).scalars().all()
    return [PollListEntry(*row) for row in load_rows_of(Poll, ids)]


@cache
def _waiting(posts: int, limit: int) -> Select[UUID]:
    """Return the statement for a person who holds this many posts."""
    return (
        select(PollVoter.poll_id)
        .join(Poll, Poll.publication_id == PollVoter.poll_id)
        .join(Publication, Publication.id == PollVoter.poll_id)
        .where(
            PollVoter.person_id == id_parameter("person_id"),
            PollVoter.has_voted.is_(False),
            is_open(NOW),
            Publication.withdrawn_at.is_(None),
            is_addressed(posts),
        )
        .order_by(Poll.closes_at.is_(None), Poll.closes_at, Poll.publication_id)
        .limit(limit)
    )


def waiting_ids(person_id: Id, now: Instant) -> Select[UUID]:
    """Select the ids of open polls in which the person has yet to vote.

    The person and the instant may be bound later, in a statement that is built once.
    """
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
    """Return the polls in which the person is asked, each with whether they have voted."""
    rows = db.session.execute(
        select(PollVoter.poll_id, PollVoter.has_voted).where(
            PollVoter.poll_id.in_(poll_ids), PollVoter.person_id == person.id
        )
    )
    return dict(rows.all())


def chosen_by(person: Person, poll: Poll) -> dict[int, Suits]:
    """Return the person's choices in a poll by name."""
    rows = db.session.execute(
        select(PollChoice.number, PollChoice.suits).where(
            PollChoice.poll_id == poll.publication_id, PollChoice.person_id == person.id
        )
    )
    return dict(rows.all())


def choices(poll: Poll, limit: int | None = None) -> list[tuple[Person, int, Suits]]:
    """Return every choice in a poll that is not secret, in the order of the voters' names."""
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
    """Return the ids of polls whose time has come and that are not closed yet."""
    return db.session.scalars(
        select(Poll.publication_id)
        .where(Poll.closed_at.is_(None), Poll.closes_at <= now)
        .order_by(Poll.closes_at, Poll.publication_id)
        .limit(limit)
    ).all()


def to_remind(now: datetime, ahead: timedelta, limit: int) -> Sequence[UUID]:
    """Return the ids of polls that close soon and whose reminder is due."""
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
