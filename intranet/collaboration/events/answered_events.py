"""Events that a person answered with yes or maybe."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from intranet.collaboration.events.models import WHOLE, AnswerKind, EventAnswer, EventOccurrence
from intranet.collaboration.events.queries import EventDetails, items_at, read_by
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, Id, UTCDateTime, id_parameter
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.visibility_rule import reaches


def next_answered(person: Person, limit: int) -> list[EventDetails]:
    """Return the next occurrence of each event answered with yes or maybe, the earliest first."""
    asked = execute_prepared(_next_answered(limit), person_id=person.id).all()
    if not all(row.is_reached for row in asked):
        asked = execute_prepared(_next_read(person, limit)).all()
    places = [(row.publication_id, row.begins) for row in asked]
    return items_at(places) if places else []


@cache
def _next_answered(limit: int) -> Select[UUID, datetime, bool]:
    """Return the next of the answered events; for each, whether its visibility reaches the person.

    Almost always it does. Asking what a person reads for other reasons costs four times as much.
    """
    person_id = id_parameter("person_id")
    mine = _answered_ids(person_id)
    return _coming(limit, _is_answered(person_id, mine)).add_columns(
        reaches(person_id, NOW).label("is_reached")
    )


def _next_read(person: Person, limit: int) -> Select[UUID, datetime]:
    return _coming(limit, is_answered_by(person), *read_by(person))


def _coming(limit: int, *conditions: ColumnElement[bool]) -> Select[UUID, datetime]:
    begins = func.min(EventOccurrence.starts_at, type_=UTCDateTime).label("begins")
    return (
        select(EventOccurrence.publication_id, begins)
        .join(Publication, Publication.id == EventOccurrence.publication_id)
        .where(
            EventOccurrence.ends_at > NOW,
            EventOccurrence.cancelled_at.is_(None),
            *conditions,
        )
        .group_by(EventOccurrence.publication_id, Publication.id)
        .order_by(begins, EventOccurrence.publication_id)
        .limit(limit)
    )


def is_answered_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on `EventOccurrence` that the person answered yes or maybe.

    An answer to a single day takes precedence over an answer to all days.
    """
    return _is_answered(person.id, db.session.scalars(_answered_ids(person.id)).all())


def _is_answered(person_id: Id, mine: Collection[UUID] | Select[UUID]) -> ColumnElement[bool]:
    of_day = aliased(EventAnswer)
    said = and_(
        EventAnswer.publication_id == EventOccurrence.publication_id,
        EventAnswer.person_id == person_id,
        EventAnswer.answer != AnswerKind.NO,
    )
    said_of_day = exists().where(said, EventAnswer.recurrence == EventOccurrence.recurrence)
    said_of_all = exists().where(said, EventAnswer.recurrence == WHOLE)
    refused = exists().where(
        of_day.publication_id == EventOccurrence.publication_id,
        of_day.person_id == person_id,
        of_day.recurrence == EventOccurrence.recurrence,
        of_day.answer == AnswerKind.NO,
    )
    return and_(
        EventOccurrence.publication_id.in_(mine),
        or_(said_of_day, and_(said_of_all, ~refused)),
    )


def _answered_ids(person_id: Id) -> Select[UUID]:
    return select(EventAnswer.publication_id).where(
        EventAnswer.person_id == person_id, EventAnswer.answer != AnswerKind.NO
    )
