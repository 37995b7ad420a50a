"""Connections to this process, with their sign-ins and open conversations."""

import threading
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from intranet.delivery.realtime.frames import NORMAL, POLICY
from intranet.delivery.realtime.limits import (
    CALLS_AT_ONCE,
    CALLS_PER_SECOND,
    MAX_CATCHING_UP,
    MAX_WATCHED,
    Bucket,
)
from intranet.delivery.realtime.packets import DISCONNECTED, event_frame
from intranet.delivery.realtime.session import Session
from intranet.organisation.accounts.credentials import Credential


@dataclass(eq=False)
class SocketConnection:
    """A socket of a signed-in person."""

    session: Session
    credential: Credential
    person_id: UUID
    calls: Bucket = field(default_factory=lambda: Bucket(CALLS_PER_SECOND, CALLS_AT_ONCE))
    refused_in_a_row: int = 0
    catches_up: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(MAX_CATCHING_UP)
    )
    watched: list[UUID] = field(default_factory=list)

    def write(self, frame: bytes) -> bool:
        """Write a frame that is shared with others."""
        return self.session.outbox.write(frame)

    def tell(self, event: str, payload: Mapping[str, Any]) -> None:
        """Write an event to this socket alone."""
        self.write(event_frame(event, payload))

    def end_sign_in(self, reason: str) -> None:
        """Say that the sign-in has ended and close; the client does not reconnect by itself."""
        ended = event_frame("session:ended", {"reason": reason})
        self.session.end(NORMAL, ended + DISCONNECTED)

    def cut(self) -> None:
        """Close a socket that keeps sending too much."""
        self.session.end(POLICY)


Index = dict[UUID, tuple[SocketConnection, ...]]


class Connections:
    """The connections of a process, read from every thread and changed under a lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_person: Index = {}
        self._by_credential: Index = {}
        self._watching: Index = {}

    def add(self, connection: SocketConnection) -> None:
        """Add a connection, so that pushes reach it."""
        with self._lock:
            _put(self._by_person, connection.person_id, connection)
            _put(self._by_credential, connection.credential.id, connection)

    def remove(self, connection: SocketConnection) -> None:
        """Remove a connection."""
        with self._lock:
            _drop(self._by_person, connection.person_id, connection)
            _drop(self._by_credential, connection.credential.id, connection)
            for conversation_id in connection.watched:
                _drop(self._watching, conversation_id, connection)

    def watch(self, connection: SocketConnection, conversation_id: UUID) -> None:
        """Record that the connection opened a conversation; beyond the limit, forget the oldest."""
        with self._lock:
            gone = connection not in self._by_person.get(connection.person_id, ())
            if gone or conversation_id in connection.watched:
                return
            connection.watched.append(conversation_id)
            _put(self._watching, conversation_id, connection)
            if len(connection.watched) > MAX_WATCHED:
                _drop(self._watching, connection.watched.pop(0), connection)

    def unwatch(self, connection: SocketConnection, conversation_id: UUID) -> None:
        """Record that the connection closed a conversation."""
        with self._lock:
            if conversation_id in connection.watched:
                connection.watched.remove(conversation_id)
                _drop(self._watching, conversation_id, connection)

    def everybody(self) -> list[SocketConnection]:
        """Return all connections."""
        return _flat(list(self._by_person.values()))

    def of_person(self, person_id: UUID) -> tuple[SocketConnection, ...]:
        """Return the connections of one person."""
        return self._by_person.get(person_id, ())

    def of_people(self, person_ids: AbstractSet[UUID]) -> list[SocketConnection]:
        """Return the connections of some people."""
        chosen: Iterable[UUID] = person_ids
        if len(person_ids) > len(self._by_person):
            chosen = [id_ for id_ in list(self._by_person) if id_ in person_ids]
        return _flat(self._by_person.get(id_, ()) for id_ in chosen)

    def of_credential(self, credential_id: UUID) -> tuple[SocketConnection, ...]:
        """Return the connections of one sign-in or token."""
        return self._by_credential.get(credential_id, ())

    def watching(self, conversation_id: UUID) -> tuple[SocketConnection, ...]:
        """Return the connections that have a conversation open."""
        return self._watching.get(conversation_id, ())


def _flat(groups: Iterable[tuple[SocketConnection, ...]]) -> list[SocketConnection]:
    return [connection for group in groups for connection in group]


def _put(index: Index, key: UUID, one: SocketConnection) -> None:
    index[key] = (*index.get(key, ()), one)


def _drop(index: Index, key: UUID, one: SocketConnection) -> None:
    if left := tuple(other for other in index.get(key, ()) if other is not one):
        index[key] = left
    else:
        index.pop(key, None)
