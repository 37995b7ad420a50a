"""Asking people to answer: first a few who may know and take questions, later a few more."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from intranet.collaboration.questions.asked_people import (
    askable_among,
    inquiry_of,
    people_to_ask_now,
    readers_there,
)
from intranet.collaboration.questions.limits import MAX_ROUNDS, PEOPLE_PER_ROUND, ROUND_WORKING_DAYS
from intranet.collaboration.questions.models import (
    Question,
    QuestionRoute,
    QuestionState,
)
from intranet.extensions import db
from intranet.finding.counterparts.ranking_models import CounterpartCriterion, CounterpartReason
from intranet.finding.counterparts.reasons import as_data
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.workdays import working_days_before
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.events import Concerned

REVEALING_NOTHING = frozenset(
    {
        CounterpartCriterion.OCCUPATION,
        CounterpartCriterion.FUNCTION,
        CounterpartCriterion.WORDS,
        CounterpartCriterion.OPEN,
        CounterpartCriterion.CONFIRMED,
    }
)
"""Reasons that do not reveal the asker."""


def route(work: Work, question: Question, asker: Person, count: int = PEOPLE_PER_ROUND) -> int:
    """Ask more people to answer, in the caller's transaction; return how many were found.

    People are left out who do not take questions, are away, may not read the question, were asked
    it before, or have reached their weekly limit.
    """
    now = clock.now()
    inquiry = inquiry_of(question, asker)
    people = {one.person_id: one for one in people_to_ask_now(inquiry, count)}
    asked = []
    for person_id in sorted(people):  # always in the same order, to avoid deadlocks
        work.lock(db.session.get_one(Person, person_id))
        if askable_among(inquiry, {person_id}, now):
            asked.append(people[person_id])
    for one in asked:
        work.add(
            QuestionRoute(
                publication_id=question.publication_id,
                person_id=one.person_id,
                post_id=one.post_id,
                round=question.rounds + 1,
                reasons=as_data(_told(question, one.reasons)),
                asked_at=now,
            )
        )
    question.rounds += 1
    question.routed_at = now
    work.flush()
    _tell(work, question, [one.person_id for one in asked])
    return len(asked)


def ask_post(work: Work, question: Question, post: Post) -> None:
    """Ask the people who answer for the addressed post now and were not asked yet."""
    now = clock.now()
    asker = db.session.get_one(Person, question.publication.created_by_id)
    inquiry = replace(inquiry_of(question, asker), post=post)
    asked = [
        one.person_id
        for one in readers_there(inquiry)
        if work.add_unless_there(
            QuestionRoute,
            {
                "publication_id": question.publication_id,
                "person_id": one.person_id,
                "post_id": one.post_id,
                "round": 1,
                "reasons": [],
                "is_counted": False,
                "asked_at": now,
            },
        )
    ]
    question.rounds, question.routed_at = MAX_ROUNDS, now
    work.flush()
    _tell(work, question, asked)


def ask_newcomer(question: Question) -> None:
    """Ask whoever answers for the addressed post by now: a new holder, or one who is back."""
    with unit_of_work() as work:
        work.lock(question.publication)
        db.session.refresh(question)
        is_out = question.publication.published_at and not question.publication.withdrawn_at
        if question.post and question.state == QuestionState.OPEN and is_out:
            ask_post(work, question, question.post)


def route_again(question: Question) -> None:
    """Ask more people about a question without an answer for some working days."""
    with unit_of_work() as work:
        work.lock(question.publication)
        db.session.refresh(question)
        if question.state != QuestionState.OPEN or question.rounds >= MAX_ROUNDS:
            return
        publication = question.publication
        agency, now = publication.agency, clock.now()
        since = working_days_before(clock.today(agency.time_zone), ROUND_WORKING_DAYS, agency)
        if question.routed_at and question.routed_at >= clock.start_of(
            since + timedelta(days=1), agency.time_zone
        ):
            return
        if publication.withdrawn_at or publication.published_at is None:
            question.rounds, question.routed_at = MAX_ROUNDS, now
            return
        route(work, question, db.session.get_one(Person, publication.created_by_id))


def pass_on(person: Person, question: Question) -> None:
    """Decline to answer: another person is asked at once. Idempotent.

    Raises:
        Forbidden: the person was not asked.
    """
    with unit_of_work() as work:
        work.lock(question.publication)
        db.session.refresh(question)
        row = db.session.get(QuestionRoute, (question.publication_id, person.id))
        if row is None:
            raise Forbidden(_l("You were not asked this question."))
        if not row.is_waiting:
            return
        row.declined_at = clock.now()
        work.flush()
        if question.state == QuestionState.OPEN and row.is_counted:
            rounds, routed_at = question.rounds, question.routed_at
            asker = db.session.get_one(Person, question.publication.created_by_id)
            route(work, question, asker, 1)
            question.rounds, question.routed_at = rounds, routed_at


def _told(question: Question, reasons: tuple[CounterpartReason, ...]) -> list[CounterpartReason]:
    """Return the reasons to store; if the asker is unnamed, only those that do not reveal it."""
    if not question.publication.is_unnamed:
        return list(reasons)
    return [one for one in reasons if one.why in REVEALING_NOTHING or one.was_asked]


def _tell(work: Work, question: Question, person_ids: list[UUID]) -> None:
    if person_ids:
        work.publish(
            Concerned(
                question.publication_id,
                "asked",
                tuple(person_ids),
                f"round:{question.rounds}",
                actor_id=question.publication.created_by_id,
            )
        )
