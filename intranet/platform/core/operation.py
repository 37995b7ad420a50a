"""The operation under way in this thread and its id, for the log and slow-query lines.

It is a request, a socket event, a job, a command, or the handling of events after a commit.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID


@dataclass(slots=True)
class Operation:
    """An operation under way."""

    name: str
    id: str = field(default_factory=lambda: secrets.token_hex(6))
    person_id: UUID | None = None
    agency_id: UUID | None = None
    # Of whoever observes operations, where there is one; the id stands in the log.
    span: Any = None
    trace_id: str = ""


class Observer(Protocol):
    """Observes where operations begin and end."""

    def begins(self, operation: Operation, parent: Operation | None) -> None:
        """Take note of an operation, perhaps within another one."""

    def ends(self, operation: Operation, error: BaseException | None) -> None:
        """Take note of its end, and of what it raised."""


_observers: list[Observer] = []
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
    for each in _observers:
        each.begins(operation, None)


def end() -> None:
    """Clear the operation under way in this thread."""
    if operation := _now.get():
        for each in _observers:
            each.ends(operation, None)
    _now.set(None)


def observe(observer: Observer) -> None:
    """Tell somebody of every operation from now on."""
    _observers.append(observer)


def unobserve(observer: Observer) -> None:
    """Tell somebody of no more operations."""
    _observers.remove(observer)


def record_person(person_id: UUID, agency_id: UUID) -> None:
    """Record the person who asked for the operation under way, and their agency."""
    if operation := _now.get():
        operation.person_id, operation.agency_id = person_id, agency_id


@contextmanager
def doing(name: str, person_id: UUID | None = None) -> Iterator[Operation]:
    """Run a block as an operation with a name and an id of its own."""
    operation = Operation(name, person_id=person_id)
    for each in _observers:
        each.begins(operation, _now.get())
    token = _now.set(operation)
    error: BaseException | None = None
    try:
        yield operation
    except BaseException as raised:
        error = raised
        raise
    finally:
        _now.reset(token)
        for each in _observers:
            each.ends(operation, error)
