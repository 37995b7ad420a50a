"""Messages as JSON for clients that catch up, rendered once for all that lack them.

After a restart thousands of clients ask for the same messages, each up to another revision. Every
change of a message gives it a new revision, so what was rendered is found by that, and never out of
date by what was said. Only what a message shows of others, such as its author's name, may change
without one; so nothing is kept for longer than a storm takes.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from intranet.delivery.realtime import as_json
from intranet.messaging.messages import queries
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.serializers import message_json
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import id_parameter

KEPT_SECONDS = 10
MAX_KEPT_BYTES = 8 * 1024 * 1024


class RenderedMessage(NamedTuple):
    """A message as an object and as JSON, and the size of that in bytes on the wire."""

    shown: dict[str, Any]
    text: str
    size: int


Key = tuple[str, UUID, int]


class RenderedMessages:
    """The messages rendered lately, by epoch, id and revision; the oldest go first."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[float, RenderedMessage]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Key) -> RenderedMessage | None:
        """Return a message that was rendered lately."""
        with self._lock:
            since, found = self._kept.get(key, (0.0, None))
        return found if found and time.monotonic() - since < KEPT_SECONDS else None

    def keep(self, key: Key, message: RenderedMessage) -> None:
        """Keep a message, and drop those for which there is no time or room."""
        now = time.monotonic()
        with self._lock:
            if replaced := self._kept.pop(key, None):
                self._bytes -= replaced[1].size
            self._kept[key] = (now, message)
            self._bytes += message.size
            while self._bytes > MAX_KEPT_BYTES or self._is_old(now):
                _key, (_since, oldest) = self._kept.popitem(last=False)
                self._bytes -= oldest.size

    def _is_old(self, now: float) -> bool:
        since, _oldest = next(iter(self._kept.values()))
        return now - since >= KEPT_SECONDS


_rendered = RenderedMessages()


def rendered_since(
    conversation_id: UUID, rev: int, to: int, epoch: str
) -> Iterator[RenderedMessage]:
    """Yield the messages posted or changed after `rev` and up to `to`, in order of the changes.

    They are read in batches, because only few long messages fit in a response.
    """
    limit = queries.FIRST_BATCH_SIZE
    while True:
        asked = {"in_id": conversation_id, "rev": rev, "to": to, "limit": limit}
        changes = [(row.id, row.rev) for row in execute_prepared(_changes(), **asked)]
        yield from _rendered_now(changes, epoch)
        if len(changes) < limit:
            return
        rev, limit = changes[-1][1], queries.BATCH_SIZE


def _rendered_now(changes: Sequence[tuple[UUID, int]], epoch: str) -> Iterator[RenderedMessage]:
    found = {id_: _rendered.get((epoch, id_, rev)) for id_, rev in changes}
    missing = [id_ for id_, kept in found.items() if kept is None]
    for message in queries.several(missing) if missing else ():
        shown = message_json(message)
        text = as_json(shown)
        size = len(text.encode("utf-8", "replace"))
        found[message.id] = one = RenderedMessage(shown, text, size)
        # It may have changed since its revision was read.
        _rendered.keep((epoch, message.id, message.rev), one)
    yield from (one for one in found.values() if one)


@cache
def _changes() -> Select[UUID, int]:
    return (
        select(Message.id, Message.rev)
        .where(
            Message.conversation_id == id_parameter("in_id"),
            Message.rev > bindparam("rev"),
            Message.rev <= bindparam("to"),
        )
        .order_by(Message.rev)
        .limit(bindparam("limit"))
    )
