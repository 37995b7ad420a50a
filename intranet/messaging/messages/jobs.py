"""What is done about messages in the background.

Those older than the index are put into it, and what is scheduled is sent at its time.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from intranet.extensions import db
from intranet.messaging.messages.documents import documents_of, newest_before, with_files
from intranet.messaging.messages.handlers import owe_reading
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.scheduled import due_scheduled
from intranet.messaging.messages.scheduling import put_off, send_due
from intranet.platform.core import clock
from intranet.platform.core.errors import TooMany, Unavailable
from intranet.platform.core.outbox import does, owe
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import settings
from intranet.platform.index.operations import put_earlier

log = logging.getLogger(__name__)

FILL: Final = "messages.fill_index"
LOOKED_UP = 5_000
AT_ONCE = 200


@does(FILL)
def fill_index(payload: Mapping[str, Any]) -> None:
    """Put some messages into the index, from the newest on, and owe those that are older.

    Args:
        payload: `at` and `id` of the last message that was seen; nothing to begin.
    """
    last = (datetime.fromisoformat(payload["at"]), UUID(payload["id"])) if payload else None
    if after := fill_some(last):
        at, message_id = after
        with unit_of_work() as work:
            owe(work, FILL, {"at": at.isoformat(), "id": str(message_id)})


def fill_all() -> None:
    """Put every message into the index that is not there: after a history was written."""
    last = None
    while last := fill_some(last):
        pass


def fill_some(last: tuple[datetime, UUID] | None) -> tuple[datetime, UUID] | None:
    """Put a few thousand messages into the index, in short transactions; give the last of them."""
    ids = newest_before(last, LOOKED_UP)
    for start in range(0, len(ids), AT_ONCE):
        with unit_of_work() as work:
            messages = with_files(ids[start : start + AT_ONCE])
            put_earlier(documents_of(messages))
            owe_reading([held.file for message in messages for held in message.files])
            work.flush()
        db.session.expunge_all()
    if not ids:
        return None
    oldest = db.session.get_one(Message, ids[-1])
    return oldest.created_at, oldest.id


def send_scheduled() -> None:
    """Send what is due, each author's in their order; one that fails holds up nobody else's."""
    waiting: set[UUID] = set()
    for scheduled_id, author_id in due_scheduled(clock.now()):
        if author_id in waiting:
            continue
        try:
            send_due(scheduled_id, settings().posts_per_10s)
        except (TooMany, Unavailable):
            waiting.add(author_id)
        except Exception:
            log.exception("scheduled message %s was not sent", scheduled_id)
            db.session.rollback()
            put_off(scheduled_id)
            waiting.add(author_id)
