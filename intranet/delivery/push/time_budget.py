"""Time budget for the push services of each person's devices.

Anyone can name a slow server of their own as push service. All outgoing work queues behind it, so
each person has some seconds, which are restored slowly; a working service needs a tenth of a
second. What exceeds the budget is tried again later, after the rest of the queue.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from uuid import UUID

BUDGET_SECONDS = 30.0
"""Time budget for one person's devices, one after the other."""
RESTORED_IN_SECONDS = 1800.0
"""How long it takes to restore the whole budget."""
MAX_REMEMBERED = 10_000

_lock = threading.Lock()
_spent: dict[UUID, tuple[float, float]] = {}
"""Seconds that a person had spent, and when, in this process."""


def is_spent(person_id: UUID) -> bool:
    """Return whether the person's budget is used up now."""
    with _lock:
        return _left_over(person_id, monotonic()) >= BUDGET_SECONDS


def until_it_is_back() -> timedelta:
    """Return how long to wait before another try is of use."""
    return timedelta(seconds=RESTORED_IN_SECONDS / 10)


@contextmanager
def waiting_for(person_id: UUID) -> Iterator[None]:
    """Charge the time that reaching a device takes to its person's budget."""
    began = monotonic()
    try:
        yield
    finally:
        now = monotonic()
        with _lock:
            _spent[person_id] = (_left_over(person_id, now) + now - began, now)
            if len(_spent) > MAX_REMEMBERED:
                _forget(now)


def _left_over(person_id: UUID, now: float) -> float:
    """Return the seconds that a person has spent and that are not restored yet."""
    spent, at = _spent.get(person_id, (0.0, now))
    return max(0.0, spent - (now - at) * BUDGET_SECONDS / RESTORED_IN_SECONDS)


def _forget(now: float) -> None:
    for person_id in [each for each in _spent if _left_over(each, now) == 0.0]:
        del _spent[person_id]
