"""Socket.IO events and acknowledgements as bytes, and parsed events from clients.

Source: the Socket.IO protocol, revision 5, over Engine.IO, revision 4: `4` is a message, `2` an
event, `3` an acknowledgement, `1` a disconnection; digits after it are the number that the
acknowledgement repeats.
"""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, overload
from uuid import UUID

from flask_babel import LazyString

from intranet.delivery.realtime.frames import frame

EVENTS = (EVENT, BINARY_EVENT) = ("2", "5")
CONNECTION_PARTS = ("0", "1")
DISCONNECTED = frame(b"41")
_HEAD = re.compile(r"[25](?:\d{1,4}-)?(?:/[^,]*,)?(\d{0,15})")


@dataclass(frozen=True)
class SocketEvent:
    """An event from a client. `number` is its acknowledgement id; None if it asks for none."""

    event: str
    data: Mapping[str, Any]
    number: int | None


@dataclass
class EncodedObjects(Sequence[dict[str, Any]]):
    """Objects with their JSON, which is sent as it is: encoded once for all who get them."""

    objects: list[dict[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def append(self, shown: dict[str, Any], text: str) -> None:
        """Add an object, and the same as JSON."""
        self.objects.append(shown)
        self.texts.append(text)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Return the object at this position."""
        return self.objects[index]

    def __len__(self) -> int:
        """Return the number of objects."""
        return len(self.objects)


class IllFormedError(Exception):
    """A client packet that is not an event name with at most one object.

    `number` is its acknowledgement id, or None if unreadable or absent.
    """

    def __init__(self, number: int | None) -> None:
        super().__init__("ill-formed")
        self.number = number


def event_frame(event: str, payload: Mapping[str, Any]) -> bytes:
    """Encode an event as a frame, the same for all who get it."""
    return frame(event_packet(event, payload).encode("utf-8", "replace"))


def event_packet(event: str, payload: Mapping[str, Any]) -> str:
    """Encode an event as a packet."""
    return "42" + as_json([event, payload])


def acknowledgement_frame(number: int, payload: Mapping[str, Any]) -> bytes:
    """Encode the acknowledgement of this number as a frame."""
    return frame(f"43{number}{as_json([payload])}".encode("utf-8", "replace"))


def parse_event(packet: str) -> SocketEvent:
    """Parse an event from a client.

    Raises:
        IllFormedError: it has attachments, is not JSON, or is not a name with at most one object.
    """
    head = _HEAD.match(packet)
    number = int(head[1]) if head and head[1] else None
    if head is None or packet[0] != EVENT or packet[1:2] == "/":
        raise IllFormedError(number)
    try:
        parts = json.loads(packet[head.end() :], parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise IllFormedError(number) from error
    match parts:
        case [str(event)]:
            return SocketEvent(event, {}, number)
        case [str(event), dict(data)]:
            return SocketEvent(event, data, number)
    raise IllFormedError(number)


def _refuse(name: str) -> object:
    raise ValueError(name)  # NaN and Infinity are not JSON, though Python reads them


def as_json(value: object) -> str:
    """Encode a value as it is sent."""
    encoded: list[EncodedObjects] = []

    def plain(other: object) -> str:
        if isinstance(other, EncodedObjects):
            encoded.append(other)
            return _HERE
        return _plain(other)

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=plain)
    if not encoded:
        return text
    first, *parts = text.split(f'"{_HERE}"')
    filled = (f"[{','.join(one.texts)}]{rest}" for one, rest in zip(encoded, parts, strict=True))
    return "".join((first, *filled))


_HERE = secrets.token_hex()
"""Stands for `EncodedObjects` until they are filled in; nobody can guess it and write it."""


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID | LazyString):
        return str(value)
    raise TypeError(type(value).__name__)
