"""Questions and criteria in lists, and the answers and requests of a question."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from intranet.collaboration.questions.models import (
    CRITERION,
    QUESTION,
    Answer,
    Criterion,
    Question,
    QuestionRoute,
    QuestionState,
)
from intranet.extensions import db
from intranet.finding.finder.filters import Filters, sent_as
from intranet.messaging.messages.models import Message
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, Id, Instant, among, id_parameter
from intranet.publishing.publications.access import is_open_to
from intranet.publishing.publications.found import found_ids
from intranet.publishing.publications.models import (
    Publication,
    PublicationVersion,
)
from intranet.publishing.publications.queries import has_topic
from intranet.publishing.publications.versions import is_latest
from intranet.publishing.publications.visibility_rule import reaches

PAGE_SIZE = 30
Kept = TypeVar("Kept", Question, Criterion)
"""A working day is never shorter."""


class QuestionView(StrEnum):
    """The filter of the list of questions."""

    ALL = "all"
    OPEN = "open"
    ANSWERED = "answered"
    ASKED = "asked"
    MINE = "mine"


@dataclass(frozen=True)
class QuestionFilters(Filters):
    """The filters of a list: a topic, an agency, words."""

    topic: str = ""
    agency: Agency | None = None
    words: str = field(default="", metadata=sent_as("q"))


@dataclass(frozen=True)
class QuestionListEntry:
    """A question in a list, with its latest version."""

    question: Question
    version: PublicationVersion


@dataclass(frozen=True)
class CriterionListEntry:
    """A criterion in a list, with its latest version."""

    criterion: Criterion
    version: PublicationVersion


def questions(
    person: Person,
    view: QuestionView,
    narrowing: QuestionFilters,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[QuestionListEntry]:
    """Return questions that the person may read, the newest first."""
    asked = (
        select(Question.publication_id)
        .join(Publication, Publication.id == Question.publication_id)
        .where(is_open_to(person), *_of_view(person, view), *_narrowed(narrowing))
        .order_by(Question.asked_at.desc(), Question.publication_id.desc())
        .limit(limit)
    )
    if before:
        asked = asked.where(_is_before(Question.asked_at, Question.publication_id, before))
    ids = db.session.scalars(asked).all()
    return [QuestionListEntry(question, version) for question, version in _whole(Question, ids)]


def criteria(
    person: Person,
    narrowing: QuestionFilters,
    before: tuple[datetime, UUID] | None,
    limit: int,
    *,
    standing_only: bool = False,
) -> list[CriterionListEntry]:
    """Return criteria that the person may read, the latest confirmed first."""
    kind = CRITERION
    asked = (
        select(Criterion.publication_id)
        .join(Publication, Publication.id == Criterion.publication_id)
        .where(is_open_to(person), *_narrowed(narrowing, kind))
        .order_by(Criterion.confirmed_at.desc(), Criterion.publication_id.desc())
        .limit(limit)
    )
    if standing_only:
        asked = asked.where(
            Criterion.outdated_at.is_(None),
            or_(Criterion.valid_until.is_(None), Criterion.valid_until >= clock.now().date()),
        )
    if before:
        asked = asked.where(_is_before(Criterion.confirmed_at, Criterion.publication_id, before))
    ids = db.session.scalars(asked).all()
    return [CriterionListEntry(criterion, version) for criterion, version in _whole(Criterion, ids)]


def criteria_of(person: Person, publication_id: UUID) -> list[CriterionListEntry]:
    """Return the criteria on a question that the person may read, those that hold first."""
    asked = (
        select(Criterion.publication_id)
        .join(Publication, Publication.id == Criterion.publication_id)
        .where(Criterion.question_id == publication_id, is_open_to(person))
        .order_by(Criterion.outdated_at.is_not(None), Criterion.confirmed_at.desc())
        .limit(PAGE_SIZE)
    )
    ids = db.session.scalars(asked).all()
    return [CriterionListEntry(criterion, version) for criterion, version in _whole(Criterion, ids)]


def past_among(publication_ids: Collection[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Return which of these publications are outdated criteria, and which await a review."""
    rows = db.session.scalars(
        select(Criterion).where(
            Criterion.publication_id.in_(publication_ids),
            or_(
                Criterion.outdated_at.is_not(None),
                Criterion.valid_until.is_not(None),
                Criterion.review_on.is_not(None),
            ),
        )
    )
    days = [(row, clock.today(row.publication.agency.time_zone)) for row in rows]
    outdated = {row.publication_id for row, day in days if row.is_outdated(day)}
    return outdated, {row.publication_id for row, day in days if row.awaits_review(day)}


def waiting(person: Person, limit: int) -> list[QuestionListEntry]:
    """Return questions that wait for the person's answer, the earliest asked first."""
    ids = execute_prepared(_waiting_first(limit), person_id=person.id).scalars().all()
    return [QuestionListEntry(question, version) for question, version in _whole(Question, ids)]


@cache
def _waiting_first(limit: int) -> Select[UUID]:
    asked = waiting_ids(id_parameter("person_id"), NOW)
    return asked.order_by(QuestionRoute.asked_at, Question.publication_id).limit(limit)


def waiting_count(person: Person) -> int:
    """Count the questions that wait for the person's answer."""
    return db.session.scalar(select(func.count()).select_from(_waiting(person).subquery())) or 0


def waiting_ids(person_id: Id, now: Instant) -> Select[UUID]:
    """Select the ids of questions that wait for the person's answer.

    The person and the instant may be bound later, in a statement that is built once.
    """
    return (
        select(QuestionRoute.publication_id)
        .join(Question, Question.publication_id == QuestionRoute.publication_id)
        .join(Publication, Publication.id == QuestionRoute.publication_id)
        .where(_waits_for(person_id), _is_unanswered(), reaches(person_id, now))
    )


def _waiting(person: Person) -> Select[UUID]:
    return (
        select(Question.publication_id)
        .join(QuestionRoute, QuestionRoute.publication_id == Question.publication_id)
        .join(Publication, Publication.id == Question.publication_id)
        .where(_waits_for(person.id), _is_unanswered(), is_open_to(person))
    )


def routes_of(publication_id: UUID) -> Sequence[QuestionRoute]:
    """Return the people asked a question, in the order of asking."""
    return db.session.scalars(
        select(QuestionRoute)
        .where(QuestionRoute.publication_id == publication_id)
        .order_by(QuestionRoute.asked_at, QuestionRoute.person_id)
    ).all()


def answers_of(publication_id: UUID) -> Sequence[Answer]:
    """Return the answers to a question, the earliest first, each with its message."""
    return db.session.scalars(
        select(Answer)
        .where(Answer.publication_id == publication_id)
        .options(joinedload(Answer.message, innerjoin=True).joinedload(Message.author))
        .order_by(Answer.answered_at, Answer.message_id)
        .limit(PAGE_SIZE)
    ).all()


def joined_to(publication_id: UUID) -> int:
    """Count the questions merged into a question."""
    asked = select(func.count()).where(Question.joined_to_id == publication_id)
    return db.session.scalar(asked) or 0


def _of_view(person: Person, view: QuestionView) -> list[ColumnElement[bool]]:
    if view == QuestionView.OPEN:
        return [Question.state == QuestionState.OPEN]
    if view == QuestionView.ANSWERED:
        # Written with NOT IN, so that the database uses the index by time: most have an answer.
        return [Question.state.not_in((QuestionState.OPEN, QuestionState.JOINED))]
    if view == QuestionView.ASKED:
        mine = select(QuestionRoute.publication_id).where(QuestionRoute.person_id == person.id)
        return [
            Question.publication_id.in_(mine.where(QuestionRoute.declined_at.is_(None))),
            Question.state != QuestionState.JOINED,
        ]
    if view == QuestionView.MINE:
        return [Publication.created_by_id == person.id]
    return [Question.state != QuestionState.JOINED]


def _narrowed(narrowing: QuestionFilters, kind: str = QUESTION) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if narrowing.topic:
        found.append(has_topic(narrowing.topic))
    if narrowing.agency and kind == QUESTION:
        found.append(Question.agency_id == narrowing.agency.id)
    elif narrowing.agency:
        found.append(Publication.agency_id == narrowing.agency.id)
    if narrowing.words:
        found.append(Publication.id.in_(found_ids(narrowing.words, kind)))
    return found


def _waits_for(person_id: Id) -> ColumnElement[bool]:
    return and_(
        QuestionRoute.person_id == person_id,
        QuestionRoute.answered_at.is_(None),
        QuestionRoute.declined_at.is_(None),
    )


def _is_unanswered() -> ColumnElement[bool]:
    return Question.state.in_((QuestionState.OPEN, QuestionState.ANSWERED))


def _whole(kept: type[Kept], ids: Sequence[UUID]) -> list[tuple[Kept, PublicationVersion]]:
    """Return these rows in their order, each with its latest version.

    The ids are queried first: in a single query, PostgreSQL joins all rows before it takes the
    first.
    """
    if not ids:
        return []
    rows = db.session.execute(_rows(kept), {"ids": list(ids)})
    found = {one.publication_id: (one, version) for one, version in rows}
    return [found[each] for each in ids if each in found]


@cache
def _rows(kept: type[Kept]) -> Select[Kept, PublicationVersion]:
    publication = joinedload(kept.publication, innerjoin=True)
    return (
        select(kept, PublicationVersion)
        .join(Publication, Publication.id == kept.publication_id)
        .join(PublicationVersion, is_latest())
        .where(among(kept.publication_id, "ids"))
        .options(
            publication.joinedload(Publication.post, innerjoin=True).joinedload(
                Post.unit, innerjoin=True
            ),
            publication.joinedload(Publication.space, innerjoin=True),
            publication.joinedload(Publication.agency, innerjoin=True),
        )
    )


def _is_before(
    at: InstrumentedAttribute[datetime],
    row_id: InstrumentedAttribute[UUID],
    place: tuple[datetime, UUID],
) -> ColumnElement[bool]:
    before, before_id = place
    return or_(at < before, and_(at == before, row_id < before_id))
