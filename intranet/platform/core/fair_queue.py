"""A fair queue for work that only one thread may do at a time.

People take turns, so that a person with many items does not delay a person with one.
"""

import threading
from collections import Counter, deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from intranet.platform.core import operation
from intranet.platform.core.errors import TooMany, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.load_shedding import RETRY_AFTER_SECONDS, Busy


class FairQueue:
    """The holder of the turn and the threads that wait for it, in this process."""

    def __init__(self, *, of_a_person: int, in_all: int, wait_seconds: float, busy: Words) -> None:
        """Set how many may wait, per person and in all, and for how long.

        Args:
            busy: the message for a person who cannot queue or has waited for too long.
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
            self._count += Counter()  # drop the people who have nothing left in the queue
            if ticket.is_set():  # the turn may have come just as the wait ended
                self._next()
            else:
                self._waiting[who].remove(ticket)
                if not self._waiting[who]:
                    del self._waiting[who]

    def _next(self) -> None:
        """Give the turn to the next person, and move the rest of their work to the end."""
        if not self._waiting:
            self._is_taken = False
            return
        who = next(iter(self._waiting))
        tickets = self._waiting.pop(who)
        tickets.popleft().set()
        if tickets:
            self._waiting[who] = tickets


def _asking() -> Hashable:
    """Return the person on whose behalf this thread runs; without one, the id of the thread."""
    now = operation.current()
    return (now and now.person_id) or threading.get_ident()
