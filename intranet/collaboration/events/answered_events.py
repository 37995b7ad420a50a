"""Events that a person answered with yes or maybe."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from intranet.collaboration.events.models import WHOLE, AnswerKind, EventAnswer, EventOccurrence
from intranet.collaboration.events.queries import EventDetails, items_at, read_by
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime
from intranet.publishing.publications.models import Publication


def next_answered(person: Person, limit: int) -> list[EventDetails]:
    """Return the next occurrence of each event answered with yes or maybe, the earliest first."""
    mine = _answered_ids(person)
    if not mine:
        return []
    begins = func.min(EventOccurrence.starts_at, type_=UTCDateTime)
    asked = (
        select(EventOccurrence.publication_id, begins)
        .join(Publication, Publication.id == EventOccurrence.publication_id)
        .where(
            _is_answered(person, mine),
            EventOccurrence.ends_at > clock.now(),
            EventOccurrence.cancelled_at.is_(None),
            *read_by(person),
        )
        .group_by(EventOccurrence.publication_id)
        .order_by(begins, EventOccurrence.publication_id)
        .limit(limit)
    )
    places = [
        (publication_id, starts_at) for publication_id, starts_at in db.session.execute(asked)
    ]
    return items_at(places) if places else []


def is_answered_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on `EventOccurrence` that the person answered yes or maybe.

    An answer to a single day takes precedence over an answer to all days.
    """
    return _is_answered(person, _answered_ids(person))


def _is_answered(person: Person, mine: Collection[UUID]) -> ColumnElement[bool]:
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
    return and_(
        EventOccurrence.publication_id.in_(mine),
        or_(said_of_day, and_(said_of_all, ~refused)),
    )


def _answered_ids(person: Person) -> set[UUID]:
    asked = select(EventAnswer.publication_id).where(
        EventAnswer.person_id == person.id, EventAnswer.answer != AnswerKind.NO
    )
    return set(db.session.scalars(asked))
