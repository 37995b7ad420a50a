"""Scheduled jobs of polls: closing them, and reminding people who have not voted."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from intranet.collaboration.polls import queries
from intranet.collaboration.polls.models import Poll
from intranet.collaboration.polls.operations.voting import close_due, remind
from intranet.extensions import db
from intranet.platform.core import clock

log = logging.getLogger(__name__)

REMIND_BEFORE = timedelta(days=1)
BATCH_SIZE = 200


def follow_polls() -> None:
    """Close polls that are due and send reminders; a poll that fails does not stop the others."""
    now = clock.now()
    for poll_id in queries.due_ids(now, BATCH_SIZE):
        _each(poll_id, close_due)
    for poll_id in queries.to_remind(now, REMIND_BEFORE, BATCH_SIZE):
        _each(poll_id, remind)


def _each(poll_id: UUID, do: Callable[[Poll], object]) -> None:
    poll = db.session.get(Poll, poll_id)
    if poll is None:
        return
    try:
        do(poll)
    except Exception:
        log.exception("poll %s", poll_id)
        db.session.rollback()
