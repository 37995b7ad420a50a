"""A queue for what only one at a time may do, in which nobody keeps the others waiting.

People take turns, so that whoever brings many things waits behind whoever brings one.
"""

import threading
from collections import Counter, deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from intranet.platform.core import operation
from intranet.platform.core.errors import TooMany, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.load import RETRY_AFTER_SECONDS, Busy


class FairQueue:
    """The holder of the turn, and those who wait for it; of this process."""

    def __init__(self, *, of_a_person: int, in_all: int, wait_seconds: float, busy: Words) -> None:
        """Take how many may wait, of one person and in all, and for how long.

        Args:
            busy: the sentence for whoever cannot wait or has waited for too long.
        """
        self._of_a_person, self._in_all = of_a_person, in_all
        self._wait_seconds, self._busy = wait_seconds, busy
        self._lock = threading.Lock()
        self._count: Counter[Hashable] = Counter()
        self._waiting: dict[Hashable, deque[threading.Event]] = {}
        self._is_taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn, and hold it for the block.

        Raises:
            TooMany: this person has as many in the queue as one person may have.
            Busy: the queue is full, or the turn did not come in time.
        """
        who = _asking()
        ticket = self._join(who)
        try:
            if not ticket.wait(self._wait_seconds):
                raise Busy(self._busy)
            yield
        finally:
            self._leave(who, ticket)

    def _join(self, who: Hashable) -> threading.Event:
        with self._lock:
            if self._count[who] >= self._of_a_person:
                words = _l(
                    "Too many of your files are being prepared at once. Wait until the "
                    "others are ready."
                )
                raise TooMany(RETRY_AFTER_SECONDS, words)
            if self._count.total() >= self._in_all:
                raise Busy(self._busy)
            self._count[who] += 1
            ticket = threading.Event()
            if self._is_taken:
                self._waiting.setdefault(who, deque()).append(ticket)
            else:
                self._is_taken = True
                ticket.set()
            return ticket

    def _leave(self, who: Hashable, ticket: threading.Event) -> None:
        with self._lock:
            self._count[who] -= 1
            self._count += Counter()  # forget those who have nothing in the queue any more
            if ticket.is_set():  # the turn may have come at the moment in which it was given up
                self._next()
            else:
                self._waiting[who].remove(ticket)
                if not self._waiting[who]:
                    del self._waiting[who]

    def _next(self) -> None:
        """Give the turn to the first person, and put what else they have behind all others."""
        if not self._waiting:
            self._is_taken = False
            return
        who = next(iter(self._waiting))
        tickets = self._waiting.pop(who)
        tickets.popleft().set()
        if tickets:
            self._waiting[who] = tickets


def _asking() -> Hashable:
    """The person for whom this runs; without one, as in a command, each thread is its own."""
    now = operation.current()
    return (now and now.person_id) or threading.get_ident()
