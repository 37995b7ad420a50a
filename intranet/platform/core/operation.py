"""What this thread is at, and under which id: the log and the slow-query lines name it.

It is a request, an event of a socket, a job, a command, or what follows a commit.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class Operation:
    """One thing that is being done."""

    name: str
    id: str = field(default_factory=lambda: secrets.token_hex(6))
    person_id: UUID | None = None
    agency_id: UUID | None = None


_now: ContextVar[Operation | None] = ContextVar("operation", default=None)


def current() -> Operation | None:
    """What is being done here now."""
    return _now.get()


def current_id() -> str:
    """The id by which the log knows what is being done here; empty where nothing is."""
    operation = _now.get()
    return operation.id if operation else ""


def begin(operation: Operation) -> None:
    """From now on this is being done here, until `end`."""
    _now.set(operation)


def end() -> None:
    """Nothing is being done here any more."""
    _now.set(None)


def is_of(person_id: UUID, agency_id: UUID) -> None:
    """Note who asks for what is being done, and of which agency they are."""
    if operation := _now.get():
        operation.person_id, operation.agency_id = person_id, agency_id


@contextmanager
def doing(name: str, person_id: UUID | None = None) -> Iterator[Operation]:
    """Do something under a name and an id of its own."""
    operation = Operation(name, person_id=person_id)
    token = _now.set(operation)
    try:
        yield operation
    finally:
        _now.reset(token)
