"""The rows of the outbox that this process works on, and for how long others leave them alone."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

CLAIM = timedelta(seconds=15)
"""How long a claim lasts unless it is renewed: so soon the work of a dead process is taken over."""
RENEWED_EVERY_SECONDS = 4.0


class HandedOverError(Exception):
    """The rest of a row is for another process: this one ends, or was held up for too long."""


@dataclass
class Claim:
    """A row that this process does at the moment.

    A claim ends when it is not renewed in time. `attempts` then tells this claim from the next one,
    so that a process which was held up changes nothing of what another does meanwhile.
    """

    row_id: UUID
    attempts: int
    renewed_at: float
    """On the monotonic clock."""
    is_ending: Callable[[], bool]


_held: dict[UUID, Claim] = {}
_current: ContextVar[Claim | None] = ContextVar("claim", default=None)


@contextmanager
def holding(row_id: UUID, attempts: int, is_ending: Callable[[], bool]) -> Iterator[Claim]:
    """A block in which a row is done."""
    claim = Claim(row_id, attempts, time.monotonic(), is_ending)
    _held[row_id] = claim
    token = _current.set(claim)
    try:
        yield claim
    finally:
        _current.reset(token)
        del _held[row_id]


def held() -> list[Claim]:
    """The rows on which the threads of this process work."""
    return list(_held.values())


def go_on() -> None:
    """Within a job, between two things that go out: stop here if the rest is for another process.

    Raises:
        HandedOverError: this process is asked to end, or was held up so long that another process
            does this row by now.
    """
    claim = _current.get()
    if claim is None:
        return
    if claim.is_ending() or time.monotonic() > claim.renewed_at + CLAIM.total_seconds():
        raise HandedOverError
