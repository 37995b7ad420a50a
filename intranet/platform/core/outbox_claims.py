"""Claims: the outbox rows that this process is working on, and how long others must wait."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

CLAIM_LIFETIME = timedelta(seconds=15)
"""How long a claim lasts without renewal; then another process takes over."""
RENEWED_EVERY_SECONDS = 4.0


class HandedOverError(Exception):
    """Another process takes over the rest of a row: this one is ending, or was delayed."""


@dataclass
class OutboxClaim:
    """An outbox row that this process is working on.

    A claim ends if it is not renewed in time. `attempts` then tells it from the next claim, so that
    a delayed process does not change a row that another one has taken over.
    """

    row_id: UUID
    attempts: int
    renewed_at: float
    """On the monotonic clock."""
    is_ending: Callable[[], bool]


_held: dict[UUID, OutboxClaim] = {}
_current: ContextVar[OutboxClaim | None] = ContextVar("claim", default=None)


@contextmanager
def holding(row_id: UUID, attempts: int, is_ending: Callable[[], bool]) -> Iterator[OutboxClaim]:
    """Hold a claim on a row for the length of a block."""
    claim = OutboxClaim(row_id, attempts, time.monotonic(), is_ending)
    _held[row_id] = claim
    token = _current.set(claim)
    try:
        yield claim
    finally:
        _current.reset(token)
        del _held[row_id]


def own_claims() -> list[OutboxClaim]:
    """Return the claims that the threads of this process hold."""
    return list(_held.values())


def go_on() -> None:
    """Stop a job between two deliveries if another process takes over the rest.

    Raises:
        HandedOverError: this process is ending, or was delayed until another process took over.
    """
    claim = _current.get()
    if claim is None:
        return
    if claim.is_ending() or time.monotonic() > claim.renewed_at + CLAIM_LIFETIME.total_seconds():
        raise HandedOverError
