"""The operation under way in this thread and its id, for the log and slow-query lines.

It is a request, a socket event, a job, a command, or the handling of events after a commit.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class Operation:
    """An operation under way."""

    name: str
    id: str = field(default_factory=lambda: secrets.token_hex(6))
    person_id: UUID | None = None
    agency_id: UUID | None = None


_now: ContextVar[Operation | None] = ContextVar("operation", default=None)


def current() -> Operation | None:
    """Return the operation under way in this thread, if any."""
    return _now.get()


def current_id() -> str:
    """Return the id of the operation under way; empty without one."""
    operation = _now.get()
    return operation.id if operation else ""


def begin(operation: Operation) -> None:
    """Make this the operation under way in this thread, until `end`."""
    _now.set(operation)


def end() -> None:
    """Clear the operation under way in this thread."""
    _now.set(None)


def record_person(person_id: UUID, agency_id: UUID) -> None:
    """Record the person who asked for the operation under way, and their agency."""
    if operation := _now.get():
        operation.person_id, operation.agency_id = person_id, agency_id


@contextmanager
def doing(name: str, person_id: UUID | None = None) -> Iterator[Operation]:
    """Run a block as an operation with a name and an id of its own."""
    operation = Operation(name, person_id=person_id)
    token = _now.set(operation)
    try:
        yield operation
    finally:
        _now.reset(token)
