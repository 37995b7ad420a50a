"""Events that clients send over a socket: registration, checks and acknowledgements."""

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g

from intranet.delivery.realtime.connections import Connections, SocketConnection
from intranet.delivery.realtime.event_metrics import observed, show
from intranet.delivery.realtime.packets import SocketEvent
from intranet.organisation.accounts.credentials import (
    Present,
    SignInCheck,
    left_to_operation,
    note_use,
    present_by,
)
from intranet.organisation.people.models import Person
from intranet.platform.core.database import GONE, detached_row
from intranet.platform.core.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    SignInRequired,
    TooMany,
    Unavailable,
)
from intranet.platform.core.i18n import _l

log = logging.getLogger(__name__)

Handler = Callable[[Person, Mapping[str, Any]], Mapping[str, Any] | None]
Greeting = Callable[[Person], Mapping[str, Any]]


@dataclass(frozen=True)
class RegisteredEvent:
    """A handler, and the scope that a program's token needs for it.

    If it `checks_late`, the operation that it calls checks the sign-in in its transaction.
    """

    handler: Handler
    scope: str
    checks_late: bool = False


_registered: dict[str, RegisteredEvent] = {}
_greetings: list[Greeting] = []
_connection: ContextVar[tuple[Connections, SocketConnection] | None] = ContextVar(
    "connection", default=None
)


def on(
    event: str, *, scope: str = "write", checks_late: bool = False
) -> Callable[[Handler], Handler]:
    """Register the handler of an event from clients.

    The handler gets the person and the object sent. Its result is sent back with `"ok": true`; if
    it raises a Problem, the error acknowledgement is sent. Before each call the sign-in is checked
    again. The handler has to check the person's rights.

    Args:
        checks_late: the operation does the `pending_check` in its own transaction, before it
            writes or answers anything; it reads nothing for the person before. They are given by
            their id alone, in no session: a post that others write needs none of its own.
    """

    def register(handler: Handler) -> Handler:
        _registered[event] = RegisteredEvent(handler, scope, checks_late)
        show(event)
        return handler

    return register


def on_connect(greeting: Greeting) -> Greeting:
    """Register what to add to `hello`, for a client that has connected or has to catch up."""
    if greeting not in _greetings:
        _greetings.append(greeting)
    return greeting


def client_event_names() -> list[str]:
    """Return all events that clients may send."""
    return sorted(_registered)


def greetings(person: Person) -> dict[str, Any]:
    """Return the content of `hello`, except the person."""
    return {name: value for greet in _greetings for name, value in greet(person).items()}


def watch(conversation_id: UUID) -> None:
    """Note that the client has a conversation open; the caller checks the right to read it."""
    if pair := _connection.get():
        connections, connection = pair
        connections.watch(connection, conversation_id)


def unwatch(conversation_id: UUID) -> None:
    """Note that the client has closed a conversation."""
    if pair := _connection.get():
        connections, connection = pair
        connections.unwatch(connection, conversation_id)


@observed(_registered)
def answer(
    connections: Connections, connection: SocketConnection, asked: SocketEvent
) -> dict[str, Any]:
    """Check the sign-in, call the handler, and return the acknowledgement.

    Raises:
        SignInRequired: the sign-in has ended; the socket is to be closed after the answer.
    """
    registered = _registered.get(asked.event)
    scope = registered.scope if registered else None
    check = SignInCheck(connection.credential, connection.person_id, scope)
    token = _connection.set((connections, connection))
    try:
        return {"ok": True, **(_handle(check, registered, asked.data) or {})}
    except SignInRequired:
        raise
    except Unavailable as problem:
        return error(problem)
    except Problem as problem:
        return _refusal(check, problem)
    except GONE:
        return error(Unavailable())
    except Exception:
        log.exception("socket event %s", asked.event)
        return error(Problem())
    finally:
        _connection.reset(token)


def _handle(
    check: SignInCheck, registered: RegisteredEvent | None, data: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    if registered is None:
        raise NotFound(_l("This event does not exist."))
    if not registered.checks_late:
        return registered.handler(_speaking(check.now()).person, data)
    with left_to_operation(check):
        reply = registered.handler(detached_row(Person, {"id": check.person_id}), data)
    note_use(check.require())
    return reply


def _refusal(check: SignInCheck, problem: Problem) -> dict[str, Any]:
    """Return the error acknowledgement; nothing is refused for a reason before the check."""
    try:
        _speaking(check.now())
    except Forbidden as lacking:
        return error(lacking)
    return error(problem)


def _speaking(present: Present) -> Present:
    """Use the person's language and time zone from here on."""
    g.language, g.time_zone = present.language, present.time_zone
    return present


def current_person(connection: SocketConnection) -> Present:
    """Return the connected person as of now, and use their language from here on.

    Raises:
        SignInRequired: the sign-in has ended or must not be used.
    """
    present = present_by(connection.credential)
    if present is None:
        raise SignInRequired
    return _speaking(present)


def ill_formed() -> dict[str, Any]:
    """Return the answer to a packet that is not an event name with at most one object."""
    return error(Invalid({"": _l("Send a JSON object with named fields.")}))


def too_fast() -> dict[str, Any]:
    """Return the answer to a client that sends too often."""
    return error(TooMany(1))


def error(problem: Problem) -> dict[str, Any]:
    """Return the error acknowledgement."""
    return {"ok": False, "error": problem.as_json()}
