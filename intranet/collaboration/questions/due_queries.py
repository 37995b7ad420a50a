"""Questions to ask more people about, and criteria to review, by date."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.questions.limits import ASK_POST_AGAIN_AFTER, MAX_ROUNDS
from intranet.collaboration.questions.models import (
    Criterion,
    Question,
    QuestionRoute,
    QuestionState,
)
from intranet.extensions import db
from intranet.organisation.people.vacancy_readers import reading

BATCH_SIZE = 500
MAX_OPEN_TO_POSTS = 2_000
MIN_WAIT = timedelta(days=1)


def unanswered_ids(now: datetime) -> Sequence[UUID]:
    """Return the ids of questions about which more people may be asked."""
    return db.session.scalars(
        select(Question.publication_id)
        .where(
            Question.state == QuestionState.OPEN,
            Question.rounds < MAX_ROUNDS,
            Question.routed_at <= now - MIN_WAIT,
        )
        .order_by(Question.routed_at)
        .limit(BATCH_SIZE)
    ).all()


def unasked_ids(now: datetime) -> Sequence[UUID]:
    """Return the ids of open questions to a post for which people answer who were not asked yet."""
    rows = db.session.execute(
        select(Question.publication_id, Question.post_id)
        .where(
            Question.state == QuestionState.OPEN,
            Question.post_id.is_not(None),
            Question.routed_at <= now - ASK_POST_AGAIN_AFTER,
        )
        .order_by(Question.asked_at.desc())
        .limit(MAX_OPEN_TO_POSTS)
    ).all()
    readers = reading({post_id for _id, post_id in rows if post_id}, now)
    routes = select(QuestionRoute.publication_id, QuestionRoute.person_id).where(
        QuestionRoute.publication_id.in_([publication_id for publication_id, _post in rows])
    )
    asked = {tuple(row) for row in db.session.execute(routes)}
    return [
        publication_id
        for publication_id, post_id in rows
        if post_id
        and any((publication_id, person.id) not in asked for person in readers[post_id].people)
    ][:BATCH_SIZE]


def due_for_review(now: datetime) -> Sequence[UUID]:
    """Return the ids of criteria whose review is due and of which nobody was reminded."""
    return db.session.scalars(
        select(Criterion.publication_id)
        .where(
            Criterion.review_on <= now.date(),
            Criterion.review_told_at.is_(None),
            Criterion.outdated_at.is_(None),
        )
        .order_by(Criterion.review_on)
        .limit(BATCH_SIZE)
    ).all()
