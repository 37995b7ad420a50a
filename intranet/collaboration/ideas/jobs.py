"""Scheduled job of ideas: reminders of pending answers."""

import logging

from intranet.collaboration.ideas import queries
from intranet.collaboration.ideas.models import Idea
from intranet.collaboration.ideas.operations.answering import REMIND_BEFORE, remind_of_answer
from intranet.extensions import db
from intranet.platform.core import clock

log = logging.getLogger(__name__)

BATCH_SIZE = 200


def remind_due() -> None:
    """Remind the responsible posts; an idea that fails does not stop the others."""
    for idea_id in queries.to_remind(clock.now(), REMIND_BEFORE, BATCH_SIZE):
        idea = db.session.get(Idea, idea_id)
        if idea is None:
            continue
        try:
            remind_of_answer(idea)
        except Exception:
            log.exception("reminders of idea %s", idea_id)
            db.session.rollback()
