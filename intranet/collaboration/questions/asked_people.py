"""The choice of people to ask, for a stored question or one that is being written."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.questions.limits import DEFAULT_PER_WEEK, PEOPLE_PER_ROUND, WEEK
from intranet.collaboration.questions.models import (
    Addressee,
    Question,
    QuestionAllowance,
    QuestionRoute,
)
from intranet.extensions import db
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.ranking_models import CounterpartReason
from intranet.finding.counterparts.search import (
    CounterpartResults,
    posts_about,
    posts_with_function,
)
from intranet.messaging.spaces.models import Space, Visibility
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Absence, Person
from intranet.organisation.people.speakers import runs
from intranet.organisation.people.vacancy_readers import reading
from intranet.platform.core import clock
from intranet.publishing.publications.access import readers_among
from intranet.publishing.publications.models import Publication, PublicationText
from intranet.publishing.publications.visibility import would_read

MAX_CANDIDATES = 200


@dataclass(frozen=True)
class QuestionCandidate:
    """A person who may know the answer, with their post and the reasons."""

    person_id: UUID
    post_id: UUID
    reasons: tuple[CounterpartReason, ...] = ()


@dataclass(frozen=True)
class Inquiry:
    """The data that decide who is asked.

    `publication` is None while the question is being written.
    """

    asker: Person
    text: str
    space: Space
    visibility: Visibility
    addressee: Addressee = Addressee.ANYBODY
    function: str = ""
    territories: tuple[str, ...] = ()
    post: Post | None = None
    publication: Publication | None = None


def inquiry_of(question: Question, asker: Person) -> Inquiry:
    """Return the inquiry of a stored question."""
    publication = question.publication
    text = db.session.scalars(
        select(PublicationText).where(PublicationText.publication_id == publication.id)
    ).first()
    return Inquiry(
        asker=asker,
        text=f"{text.title} {text.body}" if text else "",
        space=publication.space,
        visibility=publication.visibility or Visibility.MEMBERS,
        addressee=question.addressee,
        function=question.function_code or "",
        territories=tuple(question.territories),
        publication=publication,
    )


def people_to_ask_now(inquiry: Inquiry, count: int = PEOPLE_PER_ROUND) -> list[QuestionCandidate]:
    """Return the people to ask now, the best first: one person for each post.

    People are left out who do not take questions, are away, may not read the question, were asked
    it before, or have reached their weekly limit.
    """
    if inquiry.addressee == Addressee.POST:
        return readers_there(inquiry)
    candidates = list(_candidates(inquiry))
    free = askable_among(inquiry, {one.person_id for one in candidates}, clock.now())
    chosen: dict[UUID, QuestionCandidate] = {}
    for one in candidates:
        if len(chosen) == count:
            break
        if one.person_id in free:
            chosen.setdefault(one.post_id, one)
    return list(chosen.values())


def readers_there(inquiry: Inquiry) -> list[QuestionCandidate]:
    """Return who answers for the addressed post now, is present and may read the question.

    While the post is vacant they are the people of the post that reads for it, as with messages.
    """
    if inquiry.post is None:
        return []
    now = clock.now()
    answer = reading([inquiry.post.id], now, [inquiry.post])[inquiry.post.id]
    there = {person.id for person in answer.people} - {inquiry.asker.id}
    present = _readers(inquiry, there - _away(there, now))
    by = answer.by.id if answer.by else inquiry.post.id
    return [QuestionCandidate(person_id, by) for person_id in sorted(present)]


def askable_among(inquiry: Inquiry, person_ids: set[UUID], now: datetime) -> set[UUID]:
    """Return which of these people may be asked now."""
    ids = set(person_ids)
    ids.discard(inquiry.asker.id)
    if inquiry.addressee == Addressee.SPACE:
        members = current_members(inquiry.space.id)
        ids &= set(db.session.scalars(select(Person.id).where(Person.id.in_(members))))
    if not ids:
        return set()
    if inquiry.publication:
        asked = select(QuestionRoute.person_id).where(
            QuestionRoute.publication_id == inquiry.publication.id,
            QuestionRoute.person_id.in_(ids),
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
    agreed, had = allowances(ids), times_asked_this_week(ids, now)
    ids = {each for each in ids if had.get(each, 0) < agreed.get(each, DEFAULT_PER_WEEK)}
    return _readers(inquiry, ids)


def times_asked_this_week(person_ids: Collection[UUID], now: datetime) -> dict[UUID, int]:
    """Return how many questions each of these people was asked in the last seven days."""
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
    """Return the weekly limit of each of these people who set one."""
    rows = db.session.execute(
        select(QuestionAllowance.person_id, QuestionAllowance.a_week).where(
            QuestionAllowance.person_id.in_(person_ids)
        )
    )
    return dict(rows.all())


def _candidates(inquiry: Inquiry) -> Iterator[QuestionCandidate]:
    """Yield people who may know the answer, the nearest first, each post's people in order."""
    seen: set[UUID] = set()
    ranked = [
        (fit.score, found.facts[fit.candidate.post_id], fit)
        for found in _found(inquiry)
        for fit in found.ranked
    ]
    ranked.sort(key=lambda each: -each[0])
    for _score, facts, fit in ranked:
        for standing in facts.standing:
            if standing.is_open and standing.has_account and standing.person_id not in seen:
                seen.add(standing.person_id)
                yield QuestionCandidate(standing.person_id, fit.candidate.post_id, fit.reasons)
                if len(seen) >= MAX_CANDIDATES:
                    return


def _found(inquiry: Inquiry) -> list[CounterpartResults]:
    where = inquiry.territories or ("",)
    narrowed = [CounterpartFilters(territory=code, open="1") for code in where]
    if inquiry.function:
        return [
            posts_with_function(inquiry.asker, inquiry.function, narrowing)
            for narrowing in narrowed
        ]
    return [posts_about(inquiry.asker, inquiry.text, narrowing) for narrowing in narrowed]


def _readers(inquiry: Inquiry, person_ids: set[UUID]) -> set[UUID]:
    if not person_ids:
        return set()
    if inquiry.publication:
        return readers_among(inquiry.publication, person_ids)
    return would_read(inquiry.visibility, inquiry.space, person_ids)


def _away(person_ids: Collection[UUID], now: datetime) -> set[UUID]:
    away = select(Absence.person_id).where(Absence.person_id.in_(person_ids), runs(now))
    return set(db.session.scalars(away))
