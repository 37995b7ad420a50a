"""What the clock does with polls: it closes them, and reminds who has not voted."""

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

AHEAD = timedelta(days=1)
AT_ONCE = 200


def follow_polls() -> None:
    """Close what has reached its time and remind of what soon will; one that fails stops itself."""
    now = clock.now()
    for poll_id in queries.due_ids(now, AT_ONCE):
        _each(poll_id, close_due)
    for poll_id in queries.to_remind(now, AHEAD, AT_ONCE):
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
