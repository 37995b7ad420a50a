"""How long is waited for the push services that somebody's devices name.

Anybody can name a server of their own that takes its time. All that is owed outside stands in one
line behind it, so each person has some seconds of it, which come back slowly: a service that works
needs a tenth of a second. What is beyond them is tried again later, and by then the rest has gone.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from uuid import UUID

SECONDS = 30.0
"""So long it is waited for one person's devices, one after the other."""
BACK_IN_SECONDS = 1800.0
"""In so long all of it has come back."""
KNOWN = 10_000

_lock = threading.Lock()
_spent: dict[UUID, tuple[float, float]] = {}
"""How much a person had spent, and when that was; of this process."""


def is_spent(person_id: UUID) -> bool:
    """Whether nothing is left of somebody's seconds now."""
    with _lock:
        return _left_over(person_id, monotonic()) >= SECONDS


def until_it_is_back() -> timedelta:
    """After how long trying again is of use."""
    return timedelta(seconds=BACK_IN_SECONDS / 10)


@contextmanager
def waiting_for(person_id: UUID) -> Iterator[None]:
    """Count what it takes to reach a device of somebody's."""
    began = monotonic()
    try:
        yield
    finally:
        now = monotonic()
        with _lock:
            _spent[person_id] = (_left_over(person_id, now) + now - began, now)
            if len(_spent) > KNOWN:
                _forget(now)


def _left_over(person_id: UUID, now: float) -> float:
    """What somebody has spent that has not come back."""
    spent, at = _spent.get(person_id, (0.0, now))
    return max(0.0, spent - (now - at) * SECONDS / BACK_IN_SECONDS)


def _forget(now: float) -> None:
    for person_id in [each for each in _spent if _left_over(each, now) == 0.0]:
        del _spent[person_id]
