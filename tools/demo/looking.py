"""The task that marks the demonstration's notifications from before today as seen.

The outbox creates them after the load. Otherwise a first visit would start with thirty unseen ones.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select, update

from intranet.attention.notifications.handlers import (
    OF_GROUP,
    OF_MESSAGE,
    OF_PAGE,
    OF_PUBLICATION,
    OF_REMINDER,
)
from intranet.attention.notifications.models import Notification
from intranet.collaboration.groups.models import GroupInvitation
from intranet.extensions import db
from intranet.platform.core.outbox import LaterError, OutboxRow, enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work
from tools.demo.calendar import Calendar

LOOK = "demo.look"
NOTIFICATION_TASKS = (OF_GROUP, OF_MESSAGE, OF_PAGE, OF_PUBLICATION, OF_REMINDER)
RETRY_AFTER = timedelta(seconds=2)


def owe_look(calendar: Calendar) -> None:
    """Enqueue marking the notifications from before today as seen."""
    with unit_of_work() as work:
        enqueue(work, LOOK, {"before": calendar.instant("0d 00:00").isoformat()})


@handler(LOOK, patience=timedelta(hours=1))
def look(payload: Mapping[str, Any]) -> None:
    """Mark notifications of old acts and answered invitations as seen, once all are created."""
    waiting = select(OutboxRow.id).where(
        OutboxRow.kind.in_(NOTIFICATION_TASKS),
        OutboxRow.done_at.is_(None),
        OutboxRow.failed_at.is_(None),
    )
    if db.session.scalar(waiting.limit(1)):
        raise LaterError(RETRY_AFTER)
    answered = exists().where(
        GroupInvitation.space_id == Notification.space_id,
        GroupInvitation.person_id == Notification.person_id,
        GroupInvitation.answered_at.is_not(None),
    )
    is_old = Notification.acted_at < datetime.fromisoformat(payload["before"])
    old = update(Notification).where(or_(is_old, answered), Notification.seen_at.is_(None))
    with unit_of_work():
        db.session.execute(old.values(seen_at=Notification.acted_at))
