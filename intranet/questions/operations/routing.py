"""Passing a question on: to a few who may know and agreed to it, later to a few more."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.accounts.models import Account, AccountState
from intranet.agencies.models import Post
from intranet.core import clock
from intranet.core.errors import Forbidden
from intranet.core.i18n import _l
from intranet.core.unit_of_work import Work, unit_of_work
from intranet.counterparts.finding import Found, who_does, who_knows
from intranet.counterparts.narrowing import Narrowing
from intranet.counterparts.ranking import Reason, Why
from intranet.counterparts.reasons import as_data
from intranet.extensions import db
from intranet.people.models import Absence, Person
from intranet.people.speaking import runs, speakers_of
from intranet.publications.access import readers_among
from intranet.publications.events import Concerned
from intranet.publications.models import PublicationText
from intranet.questions.limits import A_WEEK, AT_ONCE, ROUNDS, WEEK, WORKING_DAYS
from intranet.questions.models import (
    Addressee,
    Question,
    QuestionAllowance,
    QuestionRoute,
    QuestionState,
)
from intranet.spaces.queries import current_members
from intranet.worktime.workdays import working_days_before

CANDIDATES = 200
OF_NOBODY = frozenset({Why.FUNCTION, Why.WORDS, Why.OPEN, Why.CONFIRMED})
"""Reasons that say nothing of who asks."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who may know, in a post, and why."""

    person_id: UUID
    post_id: UUID
    reasons: tuple[Reason, ...]


def route(work: Work, question: Question, asker: Person, count: int = AT_ONCE) -> int:
    """Ask a few more to answer, in the transaction of who calls; how many were found.

    Nobody is asked who does not take questions, is away, may not read it, was asked before, or
    was asked as much this week as they agreed to.
    """
    now = clock.now()
    candidates = list(_candidates(question, asker))
    free = _free_among(question, {one.person_id for one in candidates}, now)
    chosen: list[Candidate] = []
    posts: set[UUID] = set()
    for one in candidates:
        if len(chosen) == count:
            break
        if one.person_id in free and one.post_id not in posts:
            chosen.append(one)
            posts.add(one.post_id)
    people = {one.person_id: one for one in chosen}
    asked = []
    for person_id in sorted(people):  # in one order, so that nobody waits in a circle
        work.lock(db.session.get_one(Person, person_id))
        if _free_among(question, {person_id}, now):
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


def ask_the_post(work: Work, question: Question, post: Post) -> None:
    """Tell whoever speaks for the post that is asked, but who is away."""
    now = clock.now()
    speaking = set(db.session.scalars(speakers_of(post.id, now)))
    speaking.discard(question.publication.created_by_id)
    present = speaking - _away(speaking, now)
    there = sorted(readers_among(question.publication, present))
    for person_id in there:
        work.add(
            QuestionRoute(
                publication_id=question.publication_id,
                person_id=person_id,
                post_id=post.id,
                round=1,
                reasons=[],
                is_counted=False,
                asked_at=now,
            )
        )
    question.rounds, question.routed_at = ROUNDS, now
    work.flush()
    _tell(work, question, there)


def route_again(question: Question) -> None:
    """Ask a few more where nobody has answered for some working days; else change nothing."""
    with unit_of_work() as work:
        work.lock(question.publication)
        db.session.refresh(question)
        if question.state != QuestionState.OPEN or question.rounds >= ROUNDS:
            return
        publication = question.publication
        agency, now = publication.agency, clock.now()
        since = working_days_before(clock.today(agency.time_zone), WORKING_DAYS, agency)
        if question.routed_at and question.routed_at >= clock.start_of(
            since + timedelta(days=1), agency.time_zone
        ):
            return
        if publication.withdrawn_at or publication.published_at is None:
            question.rounds, question.routed_at = ROUNDS, now
            return
        route(work, question, db.session.get_one(Person, publication.created_by_id))


def pass_on(person: Person, question: Question) -> None:
    """Say that one is not the one to answer: somebody else is asked at once. Twice: no change.

    Raises:
        Forbidden: the person was not asked.
    """
    with unit_of_work() as work:
        work.lock(question.publication)
        db.session.refresh(question)
        row = db.session.get(QuestionRoute, (question.publication_id, person.id))
        if row is None:
            raise Forbidden(_l("You were not asked this one."))
        if not row.is_waiting:
            return
        row.declined_at = clock.now()
        work.flush()
        if question.state == QuestionState.OPEN and row.is_counted:
            rounds, routed_at = question.rounds, question.routed_at
            asker = db.session.get_one(Person, question.publication.created_by_id)
            route(work, question, asker, 1)
            question.rounds, question.routed_at = rounds, routed_at


def asked_this_week(person_ids: Collection[UUID], now: datetime) -> dict[UUID, int]:
    """How many questions each of these was asked in the last seven days, by id."""
    rows = db.session.execute(
        select(QuestionRoute.person_id, func.count())
        .where(
            QuestionRoute.person_id.in_(person_ids),
            QuestionRoute.asked_at > now - WEEK,
            QuestionRoute.is_counted,
        )
        .group_by(QuestionRoute.person_id)
    )
    return dict(rows.all())


def allowances(person_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many questions a week each of these agreed to, where they said so."""
    rows = db.session.execute(
        select(QuestionAllowance.person_id, QuestionAllowance.a_week).where(
            QuestionAllowance.person_id.in_(person_ids)
        )
    )
    return dict(rows.all())


def _candidates(question: Question, asker: Person) -> Iterator[Candidate]:
    """Who may know, the nearest first, each post's people in order."""
    seen: set[UUID] = set()
    ranked = [
        (fit.score, found.facts[fit.candidate.post_id], fit)
        for found in _found(question, asker)
        for fit in found.ranked
    ]
    ranked.sort(key=lambda each: -each[0])
    for _score, facts, fit in ranked:
        for standing in facts.standing:
            if standing.is_open and standing.has_account and standing.person_id not in seen:
                seen.add(standing.person_id)
                yield Candidate(standing.person_id, fit.candidate.post_id, fit.reasons)
                if len(seen) >= CANDIDATES:
                    return


def _found(question: Question, asker: Person) -> list[Found]:
    where = question.territories or [""]
    narrowed = [Narrowing(territory=code, open="1") for code in where]
    if question.function_code:
        return [who_does(asker, question.function_code, narrowing) for narrowing in narrowed]
    text = db.session.scalars(
        select(PublicationText).where(PublicationText.publication_id == question.publication_id)
    ).first()
    said = f"{text.title} {text.body}" if text else ""
    return [who_knows(asker, said, narrowing) for narrowing in narrowed]


def _free_among(question: Question, person_ids: set[UUID], now: datetime) -> set[UUID]:
    """Who of these may be asked now."""
    ids = set(person_ids)
    ids.discard(question.publication.created_by_id)
    if question.addressee == Addressee.SPACE:
        members = current_members(question.publication.space_id)
        ids &= set(db.session.scalars(select(Person.id).where(Person.id.in_(members))))
    if not ids:
        return set()
    asked = select(QuestionRoute.person_id).where(
        QuestionRoute.publication_id == question.publication_id, QuestionRoute.person_id.in_(ids)
    )
    ids -= set(db.session.scalars(asked))
    ids &= set(
        db.session.scalars(
            select(Person.id)
            .join(Account, Account.person_id == Person.id)
            .where(
                Person.id.in_(ids),
                Person.open_to_questions,
                Account.state == AccountState.ACTIVE,
            )
        )
    )
    ids -= _away(ids, now)
    agreed, had = allowances(ids), asked_this_week(ids, now)
    ids = {each for each in ids if had.get(each, 0) < agreed.get(each, A_WEEK)}
    return readers_among(question.publication, ids) if ids else ids


def _away(person_ids: Collection[UUID], now: datetime) -> set[UUID]:
    away = select(Absence.person_id).where(Absence.person_id.in_(person_ids), runs(now))
    return set(db.session.scalars(away))


def _told(question: Question, reasons: tuple[Reason, ...]) -> list[Reason]:
    """The reasons that are kept: of who hides who they are only those that do not tell it."""
    if not question.publication.is_unnamed:
        return list(reasons)
    return [one for one in reasons if one.why in OF_NOBODY or one.was_asked]


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
