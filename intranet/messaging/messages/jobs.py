"""Background jobs for messages.

They index messages that are older than the index, and send scheduled messages when they are due.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from intranet.extensions import db
from intranet.messaging.messages.handlers import enqueue_extraction
from intranet.messaging.messages.index_documents import documents_of, newest_before, with_files
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.scheduled import due_scheduled
from intranet.messaging.messages.scheduling import put_off, send_due
from intranet.platform.core import clock
from intranet.platform.core.errors import TooMany, Unavailable
from intranet.platform.core.outbox import enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import settings
from intranet.platform.index.operations import put_earlier

log = logging.getLogger(__name__)

FILL: Final = "messages.fill_index"
FILL_BATCH_SIZE = 5_000
TRANSACTION_SIZE = 200


@handler(FILL)
def fill_index(payload: Mapping[str, Any]) -> None:
    """Index a batch of messages, from the newest on, and enqueue the older ones.

    Args:
        payload: `at` and `id` of the last message that was seen; empty for the first batch.
    """
    last = (datetime.fromisoformat(payload["at"]), UUID(payload["id"])) if payload else None
    if after := fill_some(last):
        at, message_id = after
        with unit_of_work() as work:
            enqueue(work, FILL, {"at": at.isoformat(), "id": str(message_id)})


def fill_all() -> None:
    """Index every message that is missing, after past messages were written in bulk."""
    last = None
    while last := fill_some(last):
        pass


def fill_some(last: tuple[datetime, UUID] | None) -> tuple[datetime, UUID] | None:
    """Index a few thousand messages in short transactions; return time and id of the last."""
    ids = newest_before(last, FILL_BATCH_SIZE)
    for start in range(0, len(ids), TRANSACTION_SIZE):
        with unit_of_work() as work:
            messages = with_files(ids[start : start + TRANSACTION_SIZE])
            put_earlier(documents_of(messages))
            enqueue_extraction([held.file for message in messages for held in message.files])
            work.flush()
        db.session.expunge_all()
    if not ids:
        return None
    oldest = db.session.get_one(Message, ids[-1])
    return oldest.created_at, oldest.id


def send_scheduled() -> None:
    """Send due messages, in order for each author; a failure delays only that author's."""
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
