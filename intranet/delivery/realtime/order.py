"""Pushes of several processes in the order of their revisions.

Each process publishes what it has committed, but two that commit one after the other may publish
the other way round. What comes too early waits a moment for what lies before it; where that does
not come, clients see the gap and ask for what they lack. What comes later still is told nobody:
whoever lacked it has asked for it.
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
REMEMBERED = 10_000


@dataclass
class _Row:
    """What is known of one conversation: the last revision that went, and what waits."""

    last: int
    is_anew: bool = False
    """Whether something may have been missed: what comes next waits for nothing before it."""
    waiting: dict[int, tuple[int, str]] = field(default_factory=dict)
    since: float = 0.0


class Order:
    """Hands on messages that carry `revs`, one for each packet, in the order of these."""

    def __init__(self, serve: Callable[[Message], None]) -> None:
        """Take what serves a message; what it raises is its own."""
        self._serve = serve
        # Who listens and who could not publish serve from threads of their own.
        self._lock = threading.RLock()
        self._rows: OrderedDict[str, _Row] = OrderedDict()
        self._late: dict[str, _Row] = {}

    def take(self, message: Message, *, waits: bool = True) -> None:
        """Serve a message now, or what of it is too early in a moment.

        Args:
            waits: for what lies before it; else it goes at once.
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
        """After how long `hurry` has something to do; infinite while nothing waits."""
        with self._lock:
            if not self._late:
                return math.inf
            first = min(row.since for row in self._late.values())
        return max(0.0, first + WAITS_SECONDS - time.monotonic())

    def hurry(self) -> None:
        """Serve what has waited long enough, without what lies before it."""
        now = time.monotonic()
        with self._lock:
            for key, row in list(self._late.items()):
                if now - row.since >= WAITS_SECONDS:
                    row.last = min(row.waiting) - 1
                    self._go(key, row)

    def forget(self) -> None:
        """Begin anew: something may have been missed, and everybody catches up."""
        with self._lock:
            for row in self._rows.values():
                row.is_anew = True
                row.waiting.clear()
            self._late.clear()

    def _row(self, key: str, first: int) -> _Row:
        row = self._rows.setdefault(key, _Row(first - 1))
        self._rows.move_to_end(key)
        if len(self._rows) > REMEMBERED:
            self._late.pop(self._rows.popitem(last=False)[0], None)
        return row

    def _add(self, row: _Row, message: Message) -> None:
        numbered = zip(message["revs"], message["packets"], strict=True)
        version = message["version"]
        new = {rev: (version, packet) for rev, packet in numbered if rev > row.last}
        if new and row.is_anew:
            row.is_anew = False
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
            # The newest membership counts: who was out by then hears nothing of what came after.
            version = max(version for version, _packet in found)
            self._serve(_readers(key, version, [packet for _version, packet in found]))


def _readers(key: str, version: int, packets: list[str]) -> Message:
    return {"kind": "readers", "key": key, "version": version, "packets": packets}
