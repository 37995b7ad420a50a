"""What the clock does with ideas: it reminds of answers that are owed."""

import logging

from intranet.collaboration.ideas import queries
from intranet.collaboration.ideas.models import Idea
from intranet.collaboration.ideas.operations.answering import AHEAD, remind_of_answer
from intranet.extensions import db
from intranet.platform.core import clock

log = logging.getLogger(__name__)

AT_ONCE = 200


def remind_due() -> None:
    """Remind the responsible posts; an idea for which it cannot be done stops itself only."""
    for idea_id in queries.to_remind(clock.now(), AHEAD, AT_ONCE):
        idea = db.session.get(Idea, idea_id)
        if idea is None:
            continue
        try:
            remind_of_answer(idea)
        except Exception:
            log.exception("reminders of idea %s", idea_id)
            db.session.rollback()
