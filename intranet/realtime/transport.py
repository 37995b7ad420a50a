"""One WebSocket under Engine.IO: in place of the library's queue, writer and WebSocket.

The stock way costs each reader a queue, a switch of threads and a frame of its own, never
bounds what waits, leaves Nagle's delay on and compresses every copy. Here a frame is made once
and written at once. Engine.IO takes both classes from a table of its server (`server._async`),
so nothing is patched for others. What is used of its inside is named in `tests/realtime`.
"""

import logging
import queue
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from intranet.realtime.frames import (
    CHUNK,
    NORMAL,
    POLICY,
    FrameError,
    FrameReader,
    accept_key,
    frame,
)
from intranet.realtime.limits import (
    ARRIVALS_AT_ONCE,
    ARRIVALS_PER_SECOND,
    BYTES_PER_UNIT,
    FRAME_BYTES,
    FRAMES_AT_ONCE,
    FRAMES_PER_SECOND,
    IDENTIFIED_WITHIN_SECONDS,
    Bucket,
)
from intranet.realtime.outbox import Outbox

log = logging.getLogger(__name__)

GOODBYE_SECONDS = 0.5
SILENT_SECONDS = 90.0
LINGER_SECONDS = 1
LINGER_BYTES = 4 * 1024 * 1024
VERSION = "13"
# A close, a pong, or a message with a packet of Socket.IO in it.
PACKET = re.compile(r"[13]\Z|4[0-6]")
Run = Callable[[Callable[[], None]], object]


class Packet(Protocol):
    """A packet of Engine.IO."""

    def encode(self) -> str | bytes:
        """Its text."""


class PacketQueue:
    """The queue of an Engine.IO socket: writes at once instead of waking a writer.

    What is put before the WebSocket stands waits for it. Nothing is ever got from it, so that the
    library's writer ends at once.
    """

    def __init__(self) -> None:
        self.websocket: WebSocket | None = None
        self._early: list[bytes] = []

    def attach(self, websocket: "WebSocket") -> None:
        """Write to this WebSocket from now on."""
        self.websocket = websocket
        for waiting in self._early:
            websocket.outbox.write(waiting)
        self._early.clear()

    def put(self, packet: Packet | None) -> None:
        """Write a packet; None is the end."""
        if packet is None:
            if self.websocket is not None:
                self.websocket.end(NORMAL)
            return
        text = packet.encode()
        bytes_ = frame(text.encode()) if isinstance(text, str) else frame(text)
        if self.websocket is None:
            self._early.append(bytes_)
        else:
            self.websocket.outbox.write(bytes_)

    def get(self, block: bool = True, timeout: float | None = None) -> None:  # noqa: FBT001, FBT002 - the library's signature
        """Give nothing: there is nothing left to be written."""
        del block, timeout
        raise queue.Empty

    def task_done(self) -> None:
        """Nothing is counted."""

    def join(self) -> None:
        """Nothing is waited for: what was put is written or parked."""


class WebSocket:
    """The server's side of a WebSocket; Engine.IO calls it with a request to take over."""

    def __init__(
        self,
        handler: Callable[["WebSocket"], object],
        *,
        run: Run,
        opened: Callable[["WebSocket"], None],
    ) -> None:
        """Take the method of the Engine.IO socket that reads, and a way to run a task aside."""
        self._handler = handler
        self._engine_socket: Any = handler.__self__  # type: ignore[attr-defined]  # a bound method
        self._packets: PacketQueue = self._engine_socket.queue
        self._run = run
        self._opened = opened
        self._ended = threading.Event()
        self._frames = Bucket(FRAMES_PER_SECOND, FRAMES_AT_ONCE)
        self._socket: socket.socket
        self.outbox: Outbox
        self.arrivals = Bucket(ARRIVALS_PER_SECOND, ARRIVALS_AT_ONCE)
        self._deadline: float | None = None
        self.must_identify()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """Answer the handshake and serve the connection until it ends."""
        key = accept_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))
        if key is None or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
            start_response("400 Bad Request", [("Sec-WebSocket-Version", VERSION)])
            return [b""]
        self._socket = _socket_of(environ)
        # No extension is accepted: compression would make every copy a different one.
        self._socket.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + key.encode() + b"\r\n\r\n"
        )
        self.outbox = Outbox(self._socket, self._run)
        self._reader = FrameReader(self._receive, self.outbox.write, self._spend, FRAME_BYTES)
        self._opened(self)
        try:
            self._packets.attach(self)
            self._handler(self)
        except Exception:
            log.exception("a socket's reader")
            self._engine_socket.close(wait=False, abort=True)
        finally:
            self._ended.set()
            self.outbox.release()
        _leave(environ)
        return []

    def must_identify(self) -> None:
        """Close it if nobody says soon who is there."""
        self._deadline = time.monotonic() + IDENTIFIED_WITHIN_SECONDS

    def is_identified(self) -> None:
        """Let it stay: it is known who is there."""
        self._deadline = None

    def wait(self) -> str | None:
        """The next packet of the client; None once it has gone or broke a rule."""
        try:
            message = self._packet()
        except FrameError as error:
            self.outbox.finish(error.code)
            self._linger()
            message = None
        except OSError:
            message = None
        if message is None:
            self._ended.set()
            self.outbox.finish(NORMAL)
        return message

    def _packet(self) -> str | None:
        """What is no packet is passed over: the library would fall over some of it."""
        while True:
            message = self._reader.message()
            if not self.outbox.takes_more:
                raise FrameError(NORMAL)
            if message is None or (isinstance(message, str) and PACKET.match(message)):
                return message

    def send(self, text: str | bytes) -> None:
        """Write a message; the library does so only for an upgrade, which there is none."""
        self.outbox.write(frame(text.encode() if isinstance(text, str) else text))

    def close(self) -> None:
        """Go on: the library's writer calls it at its end, and that is at once."""

    def end(self, code: int) -> None:
        """Close after what was written, within half a second also if the client says nothing."""
        self.outbox.finish(code)
        if not self._ended.is_set():
            self._run(self._make_sure)

    def _make_sure(self) -> None:
        if not self._ended.wait(GOODBYE_SECONDS):
            self.outbox.shut()

    def _receive(self, size: int) -> bytes:
        patience = SILENT_SECONDS
        if self._deadline is not None:
            patience = min(patience, self._deadline - time.monotonic())
            if patience <= 0:
                raise TimeoutError
        self._socket.settimeout(patience)
        return self._socket.recv(size)

    def _spend(self, size: int) -> None:
        if not self._frames.take(1 + size / BYTES_PER_UNIT):
            raise FrameError(POLICY)

    def _linger(self) -> None:
        """Read what still comes, so that the goodbye is not lost in a reset connection."""
        self._socket.settimeout(LINGER_SECONDS)
        left = LINGER_BYTES
        try:
            while left > 0 and (data := self._socket.recv(CHUNK)):
                left -= len(data)
        except OSError:
            return


def direct_table(
    table: Mapping[str, Any], *, run: Run, opened: Callable[[WebSocket], None]
) -> dict[str, Any]:
    """Engine.IO's table with our queue and WebSocket in it."""

    def websocket(handler: Callable[[WebSocket], object], _server: object) -> WebSocket:
        return WebSocket(handler, run=run, opened=opened)

    return {**table, "queue": PacketQueue, "websocket": websocket}


def _socket_of(environ: dict[str, Any]) -> socket.socket:
    found = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    if not isinstance(found, socket.socket):
        raise TypeError("The WSGI server gives no socket to take over.")
    return found


def _leave(environ: dict[str, Any]) -> None:
    """Tell the WSGI server in its own way that the request needs no answer any more."""
    if "gunicorn.socket" in environ:
        raise StopIteration
    raise ConnectionError
