"""People of the demonstration have looked at their notifications until yesterday evening.

Notifications are made by the outbox once the story has been loaded. With all of its weeks unseen, a
first visit would begin with thirty of them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select, update

from intranet.attention.notifications.handlers import (
    OF_GROUP,
    OF_MESSAGE,
    OF_MODERATION,
    OF_PUBLICATION,
    OF_REMINDER,
)
from intranet.attention.notifications.models import Notification
from intranet.collaboration.groups.models import Invitation
from intranet.demo.calendar import Calendar
from intranet.extensions import db
from intranet.platform.core.outbox import LaterError, OutboxRow, does, owe
from intranet.platform.core.unit_of_work import unit_of_work

LOOK = "demo.look"
NOTIFYING = (OF_GROUP, OF_MESSAGE, OF_MODERATION, OF_PUBLICATION, OF_REMINDER)
AGAIN = timedelta(seconds=2)


def owe_look(calendar: Calendar) -> None:
    """Enqueue that people look at what happened before today."""
    with unit_of_work() as work:
        owe(work, LOOK, {"before": calendar.instant("0d 00:00").isoformat()})


@does(LOOK, patience=timedelta(hours=1))
def look(payload: Mapping[str, Any]) -> None:
    """Mark acts before a time and answered invitations as seen, once all are notified."""
    waiting = select(OutboxRow.id).where(
        OutboxRow.kind.in_(NOTIFYING), OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_(None)
    )
    if db.session.scalar(waiting.limit(1)):
        raise LaterError(AGAIN)
    answered = exists().where(
        Invitation.space_id == Notification.space_id,
        Invitation.person_id == Notification.person_id,
        Invitation.answered_at.is_not(None),
    )
    is_old = Notification.acted_at < datetime.fromisoformat(payload["before"])
    old = update(Notification).where(or_(is_old, answered), Notification.seen_at.is_(None))
    with unit_of_work():
        db.session.execute(old.values(seen_at=Notification.acted_at))
