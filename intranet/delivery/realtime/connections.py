"""Who is connected to this process, by which sign-in, and with which conversation open."""

import threading
from collections.abc import Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from intranet.delivery.realtime.frames import NORMAL, POLICY
from intranet.delivery.realtime.limits import (
    CALLS_AT_ONCE,
    CALLS_PER_SECOND,
    CATCHES_UP_AT_ONCE,
    WATCHED_AT_ONCE,
    Bucket,
)
from intranet.delivery.realtime.session import Session
from intranet.delivery.realtime.wire import DISCONNECTED, event_frame
from intranet.organisation.accounts.credentials import Credential


@dataclass(eq=False)
class Connection:
    """A socket of a person who is signed in."""

    session: Session
    credential: Credential
    person_id: UUID
    calls: Bucket = field(default_factory=lambda: Bucket(CALLS_PER_SECOND, CALLS_AT_ONCE))
    refused_in_a_row: int = 0
    catches_up: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(CATCHES_UP_AT_ONCE)
    )
    watched: list[UUID] = field(default_factory=list)

    def write(self, frame: bytes) -> bool:
        """Write a frame that is shared with others."""
        return self.session.outbox.write(frame)

    def tell(self, event: str, payload: Mapping[str, Any]) -> None:
        """Write an event to this socket alone."""
        self.write(event_frame(event, payload))

    def end_sign_in(self, reason: str) -> None:
        """Say that the sign-in has ended and close; the client does not come back by itself."""
        ended = event_frame("session:ended", {"reason": reason})
        self.session.end(NORMAL, ended + DISCONNECTED)

    def cut(self) -> None:
        """Close a socket that goes on asking too much."""
        self.session.end(POLICY)


class Connections:
    """The connections of a process. Looked up from every thread; changed under a lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_person: dict[UUID, tuple[Connection, ...]] = {}
        self._by_credential: dict[UUID, tuple[Connection, ...]] = {}
        self._watching: dict[UUID, tuple[Connection, ...]] = {}

    def add(self, connection: Connection) -> None:
        """Let pushes reach it."""
        with self._lock:
            _put(self._by_person, connection.person_id, connection)
            _put(self._by_credential, connection.credential.id, connection)

    def remove(self, connection: Connection) -> None:
        """Forget it."""
        with self._lock:
            _drop(self._by_person, connection.person_id, connection)
            _drop(self._by_credential, connection.credential.id, connection)
            for conversation_id in connection.watched:
                _drop(self._watching, conversation_id, connection)

    def watch(self, connection: Connection, conversation_id: UUID) -> None:
        """Note that it has a conversation open; of many, the one opened first is forgotten."""
        with self._lock:
            gone = connection not in self._by_person.get(connection.person_id, ())
            if gone or conversation_id in connection.watched:
                return
            connection.watched.append(conversation_id)
            _put(self._watching, conversation_id, connection)
            if len(connection.watched) > WATCHED_AT_ONCE:
                _drop(self._watching, connection.watched.pop(0), connection)

    def unwatch(self, connection: Connection, conversation_id: UUID) -> None:
        """Note that it is no longer open."""
        with self._lock:
            if conversation_id in connection.watched:
                connection.watched.remove(conversation_id)
                _drop(self._watching, conversation_id, connection)

    def everybody(self) -> list[Connection]:
        """All connections."""
        return _flat(list(self._by_person.values()))

    def of_person(self, person_id: UUID) -> tuple[Connection, ...]:
        """Those of one person."""
        return self._by_person.get(person_id, ())

    def of_people(self, person_ids: AbstractSet[UUID]) -> list[Connection]:
        """Those of some people."""
        if len(person_ids) > len(self._by_person):
            chosen = [
                self._by_person.get(id_, ()) for id_ in list(self._by_person) if id_ in person_ids
            ]
        else:
            chosen = [self._by_person.get(id_, ()) for id_ in person_ids]
        return _flat(chosen)

    def of_credential(self, credential_id: UUID) -> tuple[Connection, ...]:
        """Those of one sign-in or token."""
        return self._by_credential.get(credential_id, ())

    def watching(self, conversation_id: UUID) -> tuple[Connection, ...]:
        """Those that have a conversation open."""
        return self._watching.get(conversation_id, ())


def _flat(groups: Iterable[tuple[Connection, ...]]) -> list[Connection]:
    return [connection for group in groups for connection in group]


def _put(index: dict[UUID, tuple[Connection, ...]], key: Hashable, one: Connection) -> None:
    if isinstance(key, UUID):
        index[key] = (*index.get(key, ()), one)


def _drop(index: dict[UUID, tuple[Connection, ...]], key: Hashable, one: Connection) -> None:
    if not isinstance(key, UUID):
        return
    if left := tuple(other for other in index.get(key, ()) if other is not one):
        index[key] = left
    else:
        index.pop(key, None)
