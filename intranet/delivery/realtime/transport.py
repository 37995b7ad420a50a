"""A WebSocket for Engine.IO, in place of the library's writer and WebSocket.

The library costs each reader a queue, a thread switch and a frame of its own. It never limits what
waits, leaves Nagle's algorithm on and compresses every copy. Here a frame is encoded once and
written at once. Engine.IO takes its queue (`Session`) and this class from a table of its server
(`server._async`), so nothing is patched for others. `tests/delivery/realtime` names the private
parts that are used.
"""

import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from intranet.delivery.realtime.frames import (
    CHUNK_BYTES,
    NORMAL,
    POLICY,
    FrameError,
    FrameReader,
    accept_key,
    frame,
)
from intranet.delivery.realtime.limits import BYTES_PER_UNIT, FRAME_BYTES
from intranet.delivery.realtime.send_buffer import SendBuffer
from intranet.delivery.realtime.session import Session

log = logging.getLogger(__name__)

GOODBYE_SECONDS = 0.5
SILENT_SECONDS = 90.0
PROBE_SECONDS = 3.0
UPGRADE_SECONDS = 10.0
"""How long after a probe: the client waits for its poll, and the process may be busy."""
LINGER_SECONDS = 1
LINGER_BYTES = 4 * 1024 * 1024
VERSION = "13"
# A close, a pong, or a message with a packet of Socket.IO in it.
PACKET = re.compile(r"[13]\Z|4[0-6]")
PROBE, UPGRADE = "2probe", "5"
Run = Callable[[Callable[[], None]], object]


class WebSocket:
    """The server side of a WebSocket; Engine.IO calls it with the request to take over."""

    def __init__(self, handler: Callable[["WebSocket"], object], *, run: Run) -> None:
        """Store the reading method of the Engine.IO socket, and a way to run a task."""
        self._handler = handler
        self._engine_socket: Any = handler.__self__  # type: ignore[attr-defined]  # a bound method
        self._session: Session = self._engine_socket.queue
        self._run = run
        self._ended = threading.Event()
        self._probed_until: float | None = None
        self._is_tried = False
        self._socket: socket.socket
        self.outbox: SendBuffer

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        """Answer the handshake and serve the connection until it ends."""
        key = key_of(environ)
        if key is None:
            start_response("400 Bad Request", [("Sec-WebSocket-Version", VERSION)])
            return [b""]
        self._socket = socket_of(environ)
        # Accept no extension: with compression every copy would be different.
        self._socket.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + key.encode() + b"\r\n\r\n"
        )
        self.outbox = SendBuffer(self._socket, self._run)
        self._reader = FrameReader(self._receive, self.outbox.write, self._spend, FRAME_BYTES)
        try:
            if self._engine_socket.connected:
                self._probed_until = time.monotonic() + PROBE_SECONDS
            else:
                self._session.attach(self)
            self._handler(self)
        except Exception:
            log.exception("a socket's reader")
            self._engine_socket.close(wait=False, abort=True)
        finally:
            if self._probed_until is not None:  # the client keeps polling
                self._session.probe(is_probed=False)
            self._ended.set()
            self.outbox.release()
        leave(environ)
        return []

    def wait(self) -> str | None:
        """Return the next packet of the client; None once it has gone or broke a rule."""
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
        """Return the next valid packet; skip others, since the library fails on some of them."""
        while True:
            message = self._reader.message()
            if not self.outbox.takes_more:
                raise FrameError(NORMAL)
            if message is None:
                return None
            if self._probed_until is not None:
                return self._probe(message)
            if isinstance(message, str) and PACKET.match(message):
                return message

    def _probe(self, message: object) -> str | None:
        """Answer while the client still polls: first its probe, then its upgrade."""
        expected = UPGRADE if self._is_tried else PROBE
        if message != expected:
            return None
        if self._is_tried:
            # Before the library upgrades: all later packets go here, after those that waited.
            self._session.attach(self)
            self._probed_until = None
        else:
            self._probed_until = time.monotonic() + UPGRADE_SECONDS
        self._is_tried = True
        return expected

    def send(self, text: str | bytes) -> None:
        """Write a message; the library does so only to answer a client's probe."""
        self.outbox.write(frame(text.encode() if isinstance(text, str) else text))

    def close(self) -> None:
        """Do nothing: the library's writer calls it when it ends, which is at once."""

    def end(self, code: int) -> None:
        """Close after everything that was written, within half a second if the client is silent."""
        self.outbox.finish(code)
        if not self._ended.is_set():
            self._run(self._make_sure)

    def _make_sure(self) -> None:
        if not self._ended.wait(GOODBYE_SECONDS):
            self.outbox.shut()

    def _receive(self, size: int) -> bytes:
        """Return the next bytes. The deadline may change meanwhile."""
        until = time.monotonic() + SILENT_SECONDS
        while True:
            ends = [end for end in (self._session.deadline, self._probed_until) if end is not None]
            patience = min(until, *ends) - time.monotonic() if ends else until - time.monotonic()
            if patience <= 0:
                raise TimeoutError
            self._socket.settimeout(patience)
            try:
                return self._socket.recv(size)
            except TimeoutError:
                continue

    def _spend(self, size: int) -> None:
        if not self._session.frames.take(1 + size / BYTES_PER_UNIT):
            raise FrameError(POLICY)

    def _linger(self) -> None:
        """Read what still arrives, so that a reset connection does not lose the goodbye."""
        self._socket.settimeout(LINGER_SECONDS)
        left = LINGER_BYTES
        try:
            while left > 0 and (data := self._socket.recv(CHUNK_BYTES)):
                left -= len(data)
        except OSError:
            return


def key_of(environ: dict[str, Any]) -> str | None:
    """Return the answer to a handshake's key; None if we do not speak its version."""
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != VERSION:
        return None
    return accept_key(environ.get("HTTP_SEC_WEBSOCKET_KEY", ""))


def socket_of(environ: dict[str, Any]) -> socket.socket:
    """Return the connection of a request."""
    found = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    if not isinstance(found, socket.socket):
        raise TypeError("The WSGI server gives no socket to take over.")
    return found


def leave(environ: dict[str, Any]) -> None:
    """Tell the WSGI server in its own way that the request needs no answer any more."""
    if "gunicorn.socket" in environ:
        raise StopIteration
    raise ConnectionError
