"""The operation under way in this thread and its id, for the log and slow-query lines.

It is a request, a socket event, a job, a command, or the handling of events after a commit.
"""

import secrets
import time
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
    span: Any = None
    """Its span, where operations are traced; the trace's id stands in the log."""
    trace_id: str = ""
    administers: bool = False
    """Whether a role of the person in an agency lets them see what the operation costs."""
    statements: int = 0
    database_seconds: float = 0.0
    """The time until the database had answered them, without fetching the rows."""
    _began: float = field(default_factory=time.thread_time)
    _in_statements: float = 0.0

    def add_statement(self, seconds: float, worked: float) -> None:
        """Add a statement: the time that it took, and that this thread's processor worked for it.

        With SQLite the database is in the process, so the two are nearly the same.
        """
        self.statements += 1
        self.database_seconds += seconds
        self._in_statements += worked

    @property
    def python_seconds(self) -> float:
        """The time that this thread's processor has worked so far, without the statements."""
        return time.thread_time() - self._began - self._in_statements


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


def record_person(person_id: UUID, agency_id: UUID, *, administers: bool = False) -> None:
    """Record the person who asked for the operation under way, their agency and their role."""
    if operation := _now.get():
        operation.person_id, operation.agency_id = person_id, agency_id
        operation.administers = administers


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
