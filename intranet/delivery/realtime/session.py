"""A session of Engine.IO, by polls, by a WebSocket, or by one after the other."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from engineio.packet import NOOP

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.client_limits import SocketPlace
from intranet.delivery.realtime.frames import NORMAL, frame
from intranet.delivery.realtime.identity import SocketCredentials
from intranet.delivery.realtime.limits import (
    ARRIVALS_AT_ONCE,
    ARRIVALS_PER_SECOND,
    FRAMES_AT_ONCE,
    FRAMES_PER_SECOND,
    IDENTIFIED_WITHIN_SECONDS,
    Bucket,
)
from intranet.delivery.realtime.poll_queue import PollOutbox
from intranet.delivery.realtime.send_buffer import SendBuffer

TAKEN_WITHIN_SECONDS = 2.0


class Packet(Protocol):
    """A packet of Engine.IO."""

    packet_type: int

    def encode(self) -> str | bytes:
        """Return the packet's text."""


class Carrier(Protocol):
    """A WebSocket that carries a session."""

    outbox: SendBuffer

    def end(self, code: int) -> None:
        """Close the WebSocket after everything that was written."""


@dataclass(frozen=True)
class _Payload:
    """All waiting packets, as one packet for the library."""

    text: str

    def encode(self, *, b64: bool = False) -> str:
        """Return the text of all packets."""
        del b64
        return self.text


class Session:
    """Replaces the queue of an Engine.IO socket: packets are written at once, or polled.

    Everything else about the client is kept here too, so that a change of transport changes
    nothing: its remaining rate, the deadline to identify, and the credentials that later requests
    must carry.
    """

    engine_socket: Any
    place: SocketPlace

    def __init__(
        self,
        *,
        unidentified: Callable[["Session", float], object],
        leaving: Callable[["Session", float], object],
    ) -> None:
        """Store the functions that check later whether the client is identified, and has gone."""
        self._unidentified = unidentified
        self._leaving = leaving
        self._polled = PollOutbox(self._leave_soon)
        self.outbox: PollOutbox | SendBuffer = self._polled
        self.websocket: Carrier | None = None
        self.arrivals = Bucket(ARRIVALS_PER_SECOND, ARRIVALS_AT_ONCE)
        self.frames = Bucket(FRAMES_PER_SECOND, FRAMES_AT_ONCE)
        self.deadline: float | None = None
        self.proof: SocketCredentials | None = None
        self._is_polling = False
        self.getting = threading.Lock()
        self.posting = threading.Lock()

    def begin(self, engine_socket: Any, place: SocketPlace, *, polls: bool) -> None:
        """Become the session of this Engine.IO socket, and hold this place."""
        self.engine_socket = engine_socket
        self.place = place
        place.let_go = self.shut
        if polls:
            self._is_polling = True
            counters.polling.inc()
        self._await_identity(polls=polls)

    def went(self) -> None:
        """Record that the library ended the session. A WebSocket's thread gives its place back."""
        self._note_polls_no_more()
        if self.websocket is None:
            self.place.leave()

    def must_identify(self) -> None:
        """Discard the client's earlier identity, and close unless it identifies soon."""
        self.proof = None
        self.place.note(is_identified=False)
        self._await_identity(polls=self.websocket is None)

    def _await_identity(self, *, polls: bool) -> None:
        self.deadline = time.monotonic() + IDENTIFIED_WITHIN_SECONDS
        if polls:  # a WebSocket's reader checks this itself
            self._unidentified(self, IDENTIFIED_WITHIN_SECONDS)

    def is_identified(self) -> None:
        """Record that the client has identified itself, and cancel its deadline."""
        self.deadline = None
        self.place.note(is_identified=True)

    def look(self) -> None:
        """End the session if the client did not identify; a WebSocket's reader does so itself."""
        late = self.deadline is not None and self.deadline <= time.monotonic()
        if late and self.websocket is None:
            self.shut()

    def attach(self, websocket: Carrier) -> None:
        """Write the waiting packets, and all later ones, to this WebSocket."""
        self._polled.hand_over(websocket.outbox)
        self.outbox = websocket.outbox
        self.websocket = websocket
        self._note_polls_no_more()

    def poll(self, is_gone: Callable[[], bool]) -> bytes:
        """Wait for packets, and return the payload that answers a poll.

        Raises:
            HungUpError: the client has gone meanwhile.
        """
        return self._polled.take(is_gone)

    def probe(self, *, is_probed: bool) -> None:
        """Note whether a WebSocket is being tried."""
        self._polled.probe(is_probed=is_probed)

    @property
    def is_over(self) -> bool:
        """Whether the session is polled, has ended, and its client has fetched everything."""
        return self.websocket is None and self._polled.is_over

    def end(self, code: int, last: bytes = b"") -> None:
        """Close after everything that was written, soon even if the client does not read it.

        Args:
            code: the reason, for the close frame of a WebSocket.
            last: frames to write before closing; they replace those that wait for a poll.
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
        """End the session now, whatever packets wait."""
        self.outbox.shut()
        if self.websocket is None:
            self.close()

    def close(self) -> None:
        """Make the library forget the session."""
        self.engine_socket.close(wait=False, abort=True)

    def _note_polls_no_more(self) -> None:
        if self._is_polling:
            self._is_polling = False
            counters.polling.dec()

    def _leave_soon(self) -> None:
        """Close on another task, since the writing thread has other sockets to write to."""
        self._leaving(self, 0)

    # The methods of a queue that the library calls:

    def put(self, packet: Packet | None) -> None:
        """Write a packet; None ends the session."""
        if packet is None:
            if self.websocket is not None:
                self.websocket.end(NORMAL)
            else:
                self._polled.shut()
        elif packet.packet_type == NOOP:
            self.probe(is_probed=True)  # the library has accepted the WebSocket's probe
        else:
            text = packet.encode()
            self.outbox.write(frame(text.encode() if isinstance(text, str) else text))

    def get(self, block: bool = True, timeout: float | None = None) -> _Payload:  # noqa: FBT001, FBT002 - the library's signature
        """Return the waiting packets, once; a WebSocket's writer gets nothing and ends at once."""
        del block, timeout
        payload = self._polled.take_now() if self.websocket is None else None
        if payload is None:
            raise queue.Empty
        return _Payload(payload.decode())

    def task_done(self) -> None:
        """Do nothing: nothing is counted."""

    def join(self) -> None:
        """Do nothing: packets are written at once, or kept for the next poll."""
