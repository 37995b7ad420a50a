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
from intranet.organisation.accounts.credentials import Present, present_by
from intranet.organisation.people.models import Person
from intranet.platform.core.database import GONE
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
    """A handler, and the scope that a program's token needs for it."""

    handler: Handler
    scope: str


_registered: dict[str, RegisteredEvent] = {}
_greetings: list[Greeting] = []
_connection: ContextVar[tuple[Connections, SocketConnection] | None] = ContextVar(
    "connection", default=None
)


def on(event: str, *, scope: str = "write") -> Callable[[Handler], Handler]:
    """Register the handler of an event from clients.

    The handler gets the person and the object sent. Its result is sent back with `"ok": true`; if
    it raises a Problem, the error acknowledgement is sent. Before each call the sign-in is checked
    again. The handler has to check the person's rights.
    """

    def register(handler: Handler) -> Handler:
        _registered[event] = RegisteredEvent(handler, scope)
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
    present = current_person(connection)
    token = _connection.set((connections, connection))
    try:
        handler = _handler(present, asked.event)
        return {"ok": True, **(handler(present.person, asked.data) or {})}
    except Problem as problem:
        return error(problem)
    except GONE:
        return error(Unavailable())
    except Exception:
        log.exception("socket event %s", asked.event)
        return error(Problem())
    finally:
        _connection.reset(token)


def _handler(present: Present, event: str) -> Handler:
    registered = _registered.get(event)
    if registered is None:
        raise NotFound(_l("This event does not exist."))
    if not present.may(registered.scope):
        raise Forbidden(_l("This access token does not permit this action."))
    return registered.handler


def current_person(connection: SocketConnection) -> Present:
    """Return the connected person as of now, and use their language from here on.

    Raises:
        SignInRequired: the sign-in has ended or must not be used.
    """
    present = present_by(connection.credential)
    if present is None:
        raise SignInRequired
    g.language, g.time_zone = present.language, present.time_zone
    return present


def ill_formed() -> dict[str, Any]:
    """Return the answer to a packet that is not an event name with at most one object."""
    return error(Invalid({"": _l("Send a JSON object with named fields.")}))


def too_fast() -> dict[str, Any]:
    """Return the answer to a client that sends too often."""
    return error(TooMany(1))


def error(problem: Problem) -> dict[str, Any]:
    """Return the error acknowledgement."""
    return {"ok": False, "error": problem.as_json()}
