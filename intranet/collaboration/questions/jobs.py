"""Scheduled jobs of questions and criteria."""

import logging
from collections.abc import Callable
from uuid import UUID

from intranet.collaboration.questions.due_queries import (
    due_for_review,
    unanswered_ids,
    unasked_ids,
)
from intranet.collaboration.questions.models import Criterion, Question
from intranet.collaboration.questions.operations.confirming import remind_of_review
from intranet.collaboration.questions.operations.routing import ask_newcomer, route_again
from intranet.extensions import db
from intranet.platform.core import clock

log = logging.getLogger(__name__)


def ask_more() -> None:
    """Ask more people about unanswered questions; one that fails does not stop the others."""
    for publication_id in unanswered_ids(clock.now()):
        _each(publication_id, lambda found: route_again(db.session.get_one(Question, found)))
    for publication_id in unasked_ids(clock.now()):
        _each(publication_id, lambda found: ask_newcomer(db.session.get_one(Question, found)))


def remind_of_reviews() -> None:
    """Remind the responsible posts of criteria whose review is due today."""
    for publication_id in due_for_review(clock.now()):
        _each(publication_id, lambda found: remind_of_review(db.session.get_one(Criterion, found)))


def _each(publication_id: UUID, do: Callable[[UUID], None]) -> None:
    try:
        do(publication_id)
    except Exception:
        log.exception("publication %s", publication_id)
        db.session.rollback()
