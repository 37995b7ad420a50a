"""Put the pushes of several processes in the order of their revisions.

Each process publishes what it has committed, but two that commit one after the other may publish in
the other order. A push that comes too early waits a moment for the earlier ones. If they do not
come, clients see the gap and ask for what they lack. A push that comes later still is dropped,
since clients have asked for it by then.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Message = dict[str, Any]
WAITS_SECONDS = 0.25
MAX_REMEMBERED = 10_000


@dataclass
class _Row:
    """The state of one conversation: the last revision that was sent, and pushes that wait."""

    last: int
    may_have_gap: bool = False
    """Whether pushes may have been missed: the next one waits for no earlier one."""
    waiting: dict[int, tuple[int, str]] = field(default_factory=dict)
    since: float = 0.0


class PushOrder:
    """Passes on messages in the order of their `revs`; each packet has one of them."""

    def __init__(self, serve: Callable[[Message], None]) -> None:
        """Store the function that serves a message; it handles its own errors."""
        self._serve = serve
        # Two threads serve: the listener, and one that could not publish.
        self._lock = threading.RLock()
        self._rows: OrderedDict[str, _Row] = OrderedDict()
        self._late: dict[str, _Row] = {}

    def take(self, message: Message, *, waits: bool = True) -> None:
        """Serve a message now; packets that arrive early wait a moment for those before them.

        Args:
            waits: whether to wait for earlier revisions; if not, the message is served at once.
        """
        match message:
            case {
                "kind": "readers",
                "key": str(key),
                "version": int(),
                "revs": [int(first), *_] as revs,
                "packets": [*packets],
            } if len(revs) == len(packets):
                with self._lock:
                    row = self._row(key, first)
                    self._add(row, message)
                    self._go(key, row, waits=waits)
            case _:
                self._serve(message)

    def wait_seconds(self) -> float:
        """Return the seconds until `flush_late` has work; infinite if nothing waits."""
        with self._lock:
            if not self._late:
                return math.inf
            first = min(row.since for row in self._late.values())
        return max(0.0, first + WAITS_SECONDS - time.monotonic())

    def flush_late(self) -> None:
        """Serve the packets that have waited long enough, without those before them."""
        now = time.monotonic()
        with self._lock:
            for key, row in list(self._late.items()):
                if now - row.since >= WAITS_SECONDS:
                    row.last = min(row.waiting) - 1
                    self._go(key, row)

    def forget(self) -> None:
        """Start anew, since pushes may have been missed and every client catches up."""
        with self._lock:
            for row in self._rows.values():
                row.may_have_gap = True
                row.waiting.clear()
            self._late.clear()

    def _row(self, key: str, first: int) -> _Row:
        row = self._rows.setdefault(key, _Row(first - 1))
        self._rows.move_to_end(key)
        if len(self._rows) > MAX_REMEMBERED:
            self._late.pop(self._rows.popitem(last=False)[0], None)
        return row

    def _add(self, row: _Row, message: Message) -> None:
        numbered = zip(message["revs"], message["packets"], strict=True)
        version = message["version"]
        new = {rev: (version, packet) for rev, packet in numbered if rev > row.last}
        if new and row.may_have_gap:
            row.may_have_gap = False
            row.last = min(new) - 1
        row.waiting |= new

    def _go(self, key: str, row: _Row, *, waits: bool = True) -> None:
        found: list[tuple[int, str]] = []
        while row.waiting and (row.last + 1 in row.waiting or not waits):
            row.last = min(row.waiting)
            found.append(row.waiting.pop(row.last))
        if not row.waiting:
            self._late.pop(key, None)
        elif found or key not in self._late:
            row.since = time.monotonic()
            self._late[key] = row
        if found:
            # Use the newest membership, so that people who have left get nothing later.
            version = max(version for version, _packet in found)
            self._serve(_readers(key, version, [packet for _version, packet in found]))


def _readers(key: str, version: int, packets: list[str]) -> Message:
    return {"kind": "readers", "key": key, "version": version, "packets": packets}
