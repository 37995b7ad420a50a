"""Answers, minutes and exceptions of events, for many events in a query."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from intranet.collaboration.events.models import (
    WHOLE,
    AnswerKind,
    Event,
    EventAnswer,
    EventException,
    EventMinutes,
)
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import among, id_parameter


@dataclass(frozen=True)
class Coming:
    """A person's answer to an occurrence. `waiting` is their place on the waiting list, from 1."""

    person_id: UUID
    agency_id: UUID
    answer: AnswerKind
    waiting: int | None


def answers_of(
    person: Person, publication_ids: Collection[UUID]
) -> dict[tuple[UUID, str], EventAnswer]:
    """Return the person's answers to these events, by event and day."""
    given = {"person_id": person.id, "ids": list(publication_ids)}
    rows = db.session.scalars(_answers(), given)
    return {(row.publication_id, row.recurrence): row for row in rows}


@cache
def _answers() -> Select[EventAnswer]:
    return select(EventAnswer).where(
        EventAnswer.person_id == id_parameter("person_id"),
        among(EventAnswer.publication_id, "ids"),
    )


def coming(event: Event, recurrence: str) -> list[Coming]:
    """Return the answers to an occurrence, in the order in which people answered.

    An answer to all days counts for a person who did not answer this day separately.
    """
    rows = db.session.execute(
        select(
            EventAnswer.person_id,
            EventAnswer.agency_id,
            EventAnswer.answer,
            EventAnswer.waiting,
            EventAnswer.recurrence,
        )
        .where(
            EventAnswer.publication_id == event.publication_id,
            EventAnswer.recurrence.in_((WHOLE, recurrence)),
        )
        .order_by(EventAnswer.answered_at, EventAnswer.person_id)
    ).all()
    of_day = {row.person_id for row in rows if row.recurrence == recurrence}
    last = [row for row in rows if row.recurrence == recurrence or row.person_id not in of_day]
    line = sorted(row.waiting for row in last if row.waiting is not None)
    places = {number: place for place, number in enumerate(line, 1)}
    return [
        Coming(row.person_id, row.agency_id, row.answer, places.get(row.waiting)) for row in last
    ]


def counts(items: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], int]:
    """Count the people with a place at each of these occurrences, without the waiting list."""
    rows = execute_prepared(_places(), ids=list({publication_id for publication_id, _key in items}))
    found = {(row.publication_id, row.recurrence): row.places for row in rows}
    return {
        item: found.get(item, 0) + (found.get((item[0], WHOLE), 0) if item[1] else 0)
        for item in items
    }


@cache
def _places() -> Select[UUID, str, int]:
    return (
        select(EventAnswer.publication_id, EventAnswer.recurrence, func.count().label("places"))
        .where(
            among(EventAnswer.publication_id, "ids"),
            EventAnswer.answer == AnswerKind.YES,
            EventAnswer.waiting.is_(None),
        )
        .group_by(EventAnswer.publication_id, EventAnswer.recurrence)
    )


def minutes_of(event: Event) -> dict[str, EventMinutes]:
    """Return the minutes of the event by day, the latest first."""
    rows = db.session.scalars(
        select(EventMinutes)
        .where(EventMinutes.publication_id == event.publication_id)
        .options(joinedload(EventMinutes.written_by))
        .order_by(EventMinutes.recurrence.desc())
    )
    return {row.recurrence: row for row in rows}


def exceptions(publication_ids: Collection[UUID]) -> dict[UUID, list[EventException]]:
    """Return the days on which each of these events departs from its rule."""
    found: dict[UUID, list[EventException]] = {}
    asked = select(EventException).where(EventException.publication_id.in_(publication_ids))
    for row in db.session.scalars(asked.order_by(EventException.recurrence)):
        found.setdefault(row.publication_id, []).append(row)
    return found
