"""What clients may ask over a socket, and how each call is checked and answered."""

import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g

from intranet.delivery.realtime.connections import Connection, Connections
from intranet.delivery.realtime.observing import observed
from intranet.delivery.realtime.wire import Asked
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
class Call:
    """A handler, and the scope that a program's token needs for it."""

    handler: Handler
    scope: str


_calls: dict[str, Call] = {}
_greetings: list[Greeting] = []
_present: ContextVar[tuple[Connections, Connection] | None] = ContextVar("present", default=None)


def on(event: str, *, scope: str = "write") -> Callable[[Handler], Handler]:
    """Answer an event of clients.

    The handler gets the person and the object sent; what it returns is acknowledged with
    `"ok": true`, a Problem that it raises as the error acknowledgement. Before each call it is
    asked anew whether the sign-in lives; rights are the handler's to ask.
    """

    def register(handler: Handler) -> Handler:
        _calls[event] = Call(handler, scope)
        return handler

    return register


def on_connect(greeting: Greeting) -> Greeting:
    """Add to what `hello` says to a client that has connected or has to catch up."""
    if greeting not in _greetings:
        _greetings.append(greeting)
    return greeting


def asked_events() -> list[str]:
    """All events that clients may send."""
    return sorted(_calls)


def greetings(person: Person) -> dict[str, Any]:
    """What `hello` says beyond who it is."""
    return {name: value for greet in _greetings for name, value in greet(person).items()}


def watch(conversation_id: UUID) -> None:
    """Note that the asking client has a conversation open. Ask for the right to read it first."""
    if present := _present.get():
        connections, connection = present
        connections.watch(connection, conversation_id)


def unwatch(conversation_id: UUID) -> None:
    """Note that the asking client no longer has it open."""
    if present := _present.get():
        connections, connection = present
        connections.unwatch(connection, conversation_id)


@observed(_calls)
def answer(connections: Connections, connection: Connection, asked: Asked) -> dict[str, Any]:
    """Check who asks, call the handler, and give the acknowledgement.

    Raises:
        SignInRequired: the sign-in has ended; the socket is to be closed after the answer.
    """
    present = still(connection)
    token = _present.set((connections, connection))
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
        _present.reset(token)


def _handler(present: Present, event: str) -> Handler:
    call = _calls.get(event)
    if call is None:
        raise NotFound(_l("This event does not exist."))
    if not present.may(call.scope):
        raise Forbidden(_l("This access token does not permit this action."))
    return call.handler


def still(connection: Connection) -> Present:
    """Who is connected, as it stands now; their language is that of what follows.

    Raises:
        SignInRequired: the sign-in has ended or must not be used.
    """
    present = present_by(connection.credential)
    if present is None:
        raise SignInRequired
    g.language, g.time_zone = present.language, present.time_zone
    return present


def ill_formed() -> dict[str, Any]:
    """The answer to what is no event with one object."""
    return error(Invalid({"": _l("Send a JSON object with named fields.")}))


def too_fast() -> dict[str, Any]:
    """The answer to who asks too often."""
    return error(TooMany(1))


def error(problem: Problem) -> dict[str, Any]:
    """The error acknowledgement."""
    return {"ok": False, "error": problem.as_json()}
