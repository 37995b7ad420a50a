"""One client of Engine.IO, whichever way it comes: by polls, a WebSocket, or both in turn."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from engineio.packet import NOOP

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.frames import NORMAL, frame
from intranet.delivery.realtime.identity import Proof
from intranet.delivery.realtime.limits import (
    ARRIVALS_AT_ONCE,
    ARRIVALS_PER_SECOND,
    FRAMES_AT_ONCE,
    FRAMES_PER_SECOND,
    IDENTIFIED_WITHIN_SECONDS,
    Bucket,
)
from intranet.delivery.realtime.outbox import Outbox
from intranet.delivery.realtime.places import Place
from intranet.delivery.realtime.polling import PollOutbox

TAKEN_WITHIN_SECONDS = 2.0


class Packet(Protocol):
    """A packet of Engine.IO."""

    packet_type: int

    def encode(self) -> str | bytes:
        """Its text."""


class Carrier(Protocol):
    """A WebSocket that carries a session."""

    outbox: Outbox

    def end(self, code: int) -> None:
        """Close it after what was written."""


@dataclass(frozen=True)
class _Payload:
    """All that waits, as one packet for the library."""

    text: str

    def encode(self, *, b64: bool = False) -> str:
        """Its text."""
        del b64
        return self.text


class Session:
    """Stands in the place of an Engine.IO socket's queue: what is put is written, or polled.

    All that is known of the client beside is kept here, so that a change of the transport changes
    nothing: what it may still ask, until when it must say who it is, and what shows that later
    requests are its own.
    """

    engine_socket: Any
    place: Place

    def __init__(
        self,
        *,
        unidentified: Callable[["Session", float], object],
        leaving: Callable[["Session", float], object],
    ) -> None:
        """Take what looks again, after some seconds, whether it is identified, and whether gone."""
        self._unidentified = unidentified
        self._leaving = leaving
        self._polled = PollOutbox(self._leave_soon)
        self.outbox: PollOutbox | Outbox = self._polled
        self.websocket: Carrier | None = None
        self.arrivals = Bucket(ARRIVALS_PER_SECOND, ARRIVALS_AT_ONCE)
        self.frames = Bucket(FRAMES_PER_SECOND, FRAMES_AT_ONCE)
        self.deadline: float | None = None
        self.proof: Proof | None = None
        self._is_polling = False
        self.getting = threading.Lock()
        self.posting = threading.Lock()

    def begin(self, engine_socket: Any, place: Place, *, polls: bool) -> None:
        """Be the session of this socket of the library, in this place."""
        self.engine_socket = engine_socket
        self.place = place
        place.let_go = self.shut
        if polls:
            self._is_polling = True
            counters.polling.inc()
        self._await_identity(polls=polls)

    def went(self) -> None:
        """Note that the library has ended it. A WebSocket's place is left with its thread."""
        self._note_polls_no_more()
        if self.websocket is None:
            self.place.leave()

    def must_identify(self) -> None:
        """Close it if nobody says soon who is there; whoever was there is so no more."""
        self.proof = None
        self.place.note(is_identified=False)
        self._await_identity(polls=self.websocket is None)

    def _await_identity(self, *, polls: bool) -> None:
        self.deadline = time.monotonic() + IDENTIFIED_WITHIN_SECONDS
        if polls:  # the reader of a WebSocket looks for itself
            self._unidentified(self, IDENTIFIED_WITHIN_SECONDS)

    def is_identified(self) -> None:
        """Let it stay: it is known who is there."""
        self.deadline = None
        self.place.note(is_identified=True)

    def look(self) -> None:
        """End it if nobody said who is there. A WebSocket's reader looks for itself."""
        late = self.deadline is not None and self.deadline <= time.monotonic()
        if late and self.websocket is None:
            self.shut()

    def attach(self, websocket: Carrier) -> None:
        """Write to this WebSocket from now on, after what waits."""
        self._polled.hand_over(websocket.outbox)
        self.outbox = websocket.outbox
        self.websocket = websocket
        self._note_polls_no_more()

    def poll(self, is_gone: Callable[[], bool]) -> bytes:
        """The payload that answers a poll; it waits until there is one.

        Raises:
            HungUpError: the client has gone meanwhile.
        """
        return self._polled.take(is_gone)

    def probe(self, *, is_probed: bool) -> None:
        """Note that a WebSocket is tried, or no more."""
        self._polled.probe(is_probed=is_probed)

    @property
    def is_over(self) -> bool:
        """Whether a client that polls was told all that it was to be told."""
        return self.websocket is None and self._polled.is_over

    def end(self, code: int, last: bytes = b"") -> None:
        """Close after what was written, soon also if the client does not take it.

        Args:
            code: why, for a WebSocket.
            last: frames that are written before; what waits for a poll is dropped for them.
        """
        if self.websocket is not None:
            if last:
                self.outbox.write(last)
            self.websocket.end(code)
            return
        self._polled.finish(code, last)
        if self.is_over:
            self.close()
        else:
            self._leaving(self, TAKEN_WITHIN_SECONDS)

    def shut(self) -> None:
        """End it now, whatever waits."""
        self.outbox.shut()
        if self.websocket is None:
            self.close()

    def close(self) -> None:
        """Have the library forget it."""
        self.engine_socket.close(wait=False, abort=True)

    def _note_polls_no_more(self) -> None:
        if self._is_polling:
            self._is_polling = False
            counters.polling.dec()

    def _leave_soon(self) -> None:
        """Close on another task: who is writing writes to others as well."""
        self._leaving(self, 0)

    # What the library asks of a queue:

    def put(self, packet: Packet | None) -> None:
        """Write a packet; None is the end."""
        if packet is None:
            if self.websocket is not None:
                self.websocket.end(NORMAL)
            else:
                self._polled.shut()
        elif packet.packet_type == NOOP:
            self.probe(is_probed=True)  # the library has said yes to a WebSocket that is tried
        else:
            text = packet.encode()
            self.outbox.write(frame(text.encode() if isinstance(text, str) else text))

    def get(self, block: bool = True, timeout: float | None = None) -> _Payload:  # noqa: FBT001, FBT002 - the library's signature
        """Give what waits, once; a WebSocket's writer gets nothing and ends at once."""
        del block, timeout
        payload = self._polled.take_now() if self.websocket is None else None
        if payload is None:
            raise queue.Empty
        return _Payload(payload.decode())

    def task_done(self) -> None:
        """Nothing is counted."""

    def join(self) -> None:
        """Nothing is waited for: what was put is written or waits."""
