"""Push events to open screens; readers are looked up when a push is sent.

Only after-commit handlers push, on the dispatcher's thread, so that pushes go in the order of the
commits and an acknowledgement always comes first.
"""

import logging
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from flask import Flask, current_app

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.connections import Connections, SocketConnection
from intranet.delivery.realtime.frames import frame
from intranet.delivery.realtime.packets import event_packet
from intranet.delivery.realtime.push_order import Message
from intranet.delivery.realtime.push_readers import Audiences, Readers, readers_among

if TYPE_CHECKING:
    from intranet.delivery.realtime.relay import Relay

T = TypeVar("T")
log = logging.getLogger(__name__)

LEFT = "conversation:left"
SLICE_SIZE = 2_000


class JunkError(ValueError):
    """A message that this program did not publish: something else writes on the channel."""


@dataclass
class _Together:
    """The messages to send together, by readers, and the lookups made for them."""

    joined: dict[Hashable, Message] = field(default_factory=dict)
    known: dict[Hashable, Any] = field(default_factory=dict)


class Pushes:
    """The pushes of one process, and of the others if there is a relay."""

    def __init__(self, app: Flask, connections: Connections) -> None:
        """Store the application in whose context audiences are looked up."""
        self._app = app
        self._connections = connections
        self.audiences = Audiences()
        self.relay: Relay | None = None
        self._together: ContextVar[_Together | None] = ContextVar("together", default=None)

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Join the pushes to the same readers in this block into one write for each socket.

        The pushes to each audience stay in order. Pushes to others, such as those who have to
        leave, go after what was joined before them.
        """
        together = _Together()
        token = self._together.set(together)
        try:
            yield
        finally:
            self._together.reset(token)
            self._flush(together.joined)

    def once(self, place: Hashable, ask: Callable[[], T]) -> T:
        """Look something up once for all pushes joined in this block; outside of it, each time."""
        together = self._together.get()
        if together is None:
            return ask()
        if place not in together.known:
            together.known[place] = ask()
        found: T = together.known[place]
        return found

    def send(self, message: Message) -> None:
        """Send to the sockets of all processes."""
        together = self._together.get()
        if together is None:
            self._go(message)
        elif message["kind"] == "readers":
            if joined := together.joined.get(message["key"]):
                joined["packets"] += message["packets"]
                joined["revs"] += message["revs"]
                # Use the newest membership, so that people who have left get nothing later.
                joined["version"] = max(joined["version"], message["version"])
            else:
                together.joined[message["key"]] = message
        else:
            self._flush(together.joined)
            self._go(message)

    def _flush(self, joined: dict[Hashable, Message]) -> None:
        messages = list(joined.values())
        joined.clear()
        for message in messages:
            try:
                self._go(message)
            except Exception:  # go on with the other conversations
                log.exception("push")

    def _go(self, message: Message) -> None:
        if self.relay:
            self.relay.publish(message)
        else:
            self.serve(message)

    def serve(self, message: Message) -> None:
        """Send to the sockets of this process.

        Raises:
            JunkError: the message is not one of ours.
        """
        match message:
            case {"kind": "end", "credential": credential, "reason": str(reason)}:
                for connection in self._connections.of_credential(_id(credential)):
                    connection.end_sign_in(reason)
            case {"packets": list(packets), **audience}:
                connections = self._audience(audience)
                if connections:
                    self._write(connections, packets)
                if left := audience.get("left"):
                    self._forget_left(connections, _id(left))
            case _:
                raise JunkError

    def _write(self, connections: Sequence[SocketConnection], packets: list[str]) -> None:
        """Write the same bytes to all connections, in slices, so that others need not wait."""
        frames = b"".join(frame(packet.encode("utf-8", "replace")) for packet in packets)
        written = 0
        for begin in range(0, len(connections), SLICE_SIZE):
            if begin:
                time.sleep(0)
            written += sum(one.write(frames) for one in connections[begin : begin + SLICE_SIZE])
        counters.pushed.inc(written * len(packets))

    def _audience(self, audience: Message) -> Sequence[SocketConnection]:
        match audience:
            case {"kind": "readers", "key": key, "version": int(version)}:
                return self._reached(Readers(_id(key), version))
            case {"kind": "people", "people": list(people)}:
                return self._connections.of_people(frozenset(map(_id, people)))
            case {"kind": "watchers", "key": key, **rest}:
                watching = self._watching(_id(key), rest.get("version"))
                return self._reading(watching, rest.get("reading"))
        raise JunkError

    def _reached(self, readers: Readers) -> list[SocketConnection]:
        """Return the sockets of readers, and of guests with the conversation open."""
        ids, guests = self._allowed(readers)
        watching = self._connections.watching(readers.key)
        return [
            *self._connections.of_people(ids),
            *(one for one in watching if one.person_id in guests),
        ]

    def _watching(self, key: UUID, version: object) -> list[SocketConnection]:
        watching = self._connections.watching(key)
        if not watching or not isinstance(version, int):
            return list(watching)
        ids, guests = self._allowed(Readers(key, version))
        return [one for one in watching if one.person_id in ids or one.person_id in guests]

    def _reading(self, watching: list[SocketConnection], thing: object) -> list[SocketConnection]:
        """Return the sockets of people who may read the push's subject; all if it has none."""
        match thing:
            case None:
                return watching
            case [str(kind), key]:
                with self._app.app_context():
                    ids = set(readers_among(kind, _id(key), {one.person_id for one in watching}))
                return [one for one in watching if one.person_id in ids]
        raise JunkError

    def _allowed(self, readers: Readers) -> tuple[frozenset[UUID], set[UUID]]:
        """Return ids of readers, and of guests who have the conversation open and may read it."""
        with self._app.app_context():
            ids = self.audiences.ids_of(readers)
            watching = self._connections.watching(readers.key)
            others = {one.person_id for one in watching if one.person_id not in ids}
            return ids, set(self.audiences.guests(readers.key, others))

    def _forget_left(self, connections: Sequence[SocketConnection], conversation_id: UUID) -> None:
        """Stop watching the conversation for those who left, even if their screens show it."""
        for connection in connections:
            self._connections.unwatch(connection, conversation_id)


def _id(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise JunkError from error


def push(readers: Readers, event: str, payload: Mapping[str, Any]) -> None:
    """Push an event to everyone who may read something now, in the same bytes."""
    message = {"kind": "readers", "key": str(readers.key), "version": readers.version}
    rev = [payload["rev"]] if "rev" in payload else []
    _send({**message, "packets": [event_packet(event, payload)], "revs": rev})


def cached_per_push(place: Hashable, ask: Callable[[], T]) -> T:
    """Look something up once for all pushes that are sent together."""
    pushes: Pushes = current_app.extensions["realtime"].pushes
    return pushes.once(place, ask)


def push_to(person_ids: Collection[UUID], event: str, payload: Mapping[str, Any]) -> None:
    """Push an event to some people on all their devices; an empty list pushes to nobody."""
    if person_ids:
        people = [str(person_id) for person_id in person_ids]
        message = {"kind": "people", "people": people, "packets": [event_packet(event, payload)]}
        _send({**message, "left": payload["conversation_id"]} if event == LEFT else message)


def push_to_watchers(
    conversation_id: UUID,
    event: str,
    payload: Mapping[str, Any],
    *,
    among: Readers | None = None,
    reading: tuple[str, UUID] | None = None,
) -> None:
    """Push an event only to people who have a conversation open.

    Args:
        among: the readers of the conversation; a person who no longer is one gets nothing.
        reading: a thing, by kind and id, that they must be able to read too
            (`register_reader_lookup`).
    """
    message: Message = {
        "kind": "watchers",
        "key": str(conversation_id),
        "packets": [event_packet(event, payload)],
    }
    if among:
        message["version"] = among.version
    if reading:
        message["reading"] = [reading[0], str(reading[1])]
    _send(message)


def close_sign_in(credential_id: UUID, reason: str = "ended") -> None:
    """Tell the sockets of a sign-in or token that it has ended, and close them."""
    _send({"kind": "end", "credential": str(credential_id), "reason": reason})


def _send(message: Message) -> None:
    pushes: Pushes = current_app.extensions["realtime"].pushes
    pushes.send(message)
