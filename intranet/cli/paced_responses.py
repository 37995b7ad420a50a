"""Send responses at a minimum pace, so that slow readers do not block others.

gunicorn writes a response in the thread that made it, for as long as the client takes: clients that
stop reading could occupy every thread. Here a response has to be read at a minimum pace, and if too
many clients are slow at once, the slowest is disconnected.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import IO, Any

from intranet.platform.core.capacity import MAX_SLOW_READERS

BEGIN_SECONDS = 10
"""The time a client may take to read a response, in addition to that for its size."""
SLOWEST_BYTES_PER_SECOND = 8 * 1024
SLOW_AFTER_SECONDS = 0.5
PIECE_BYTES = 256 * 1024


class SlowReaders:
    """The clients of this process that are reading a response slowly."""

    def __init__(self, most: int = MAX_SLOW_READERS) -> None:
        """Set the highest number of slow readers."""
        self._most = most
        self._lock = threading.Lock()
        self._all: set[PacedConnection] = set()

    def add(self, answer: "PacedConnection") -> None:
        """Add a client; if there are too many, disconnect the slowest."""
        with self._lock:
            self._all.add(answer)
            if len(self._all) <= self._most:
                return
            slowest = min(self._all, key=PacedConnection.pace)
            self._all.remove(slowest)
        slowest.leave()

    def remove(self, answer: "PacedConnection") -> None:
        """Remove a client that no longer waits."""
        with self._lock:
            self._all.discard(answer)


class PacedConnection:
    """Stands in for a socket while gunicorn writes a response to it."""

    def __init__(self, sock: socket.socket, readers: SlowReaders) -> None:
        """Begin with nothing sent."""
        self._socket, self._readers = sock, readers
        self._sent, self._waited = 0, 0.0

    def pace(self) -> float:
        """Return how many bytes the client has read per second."""
        return self._sent / max(self._waited, SLOW_AFTER_SECONDS)

    def leave(self) -> None:
        """Shut the connection down; the writing thread gets an error."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def sendall(self, data: bytes) -> None:
        """Send all of the data.

        Raises:
            TimeoutError: the client reads too slowly.
        """
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._send(rest) :]
        finally:
            self._socket.settimeout(None)
            self._readers.remove(self)

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> None:
        """Send a part of a file, or the rest of it.

        Raises:
            TimeoutError: the client reads too slowly.
        """
        file.seek(offset)
        left = count
        while data := file.read(PIECE_BYTES if left is None else min(PIECE_BYTES, left)):
            self.sendall(data)
            left = None if left is None else left - len(data)

    def _send(self, data: memoryview) -> int:
        patience = SLOW_AFTER_SECONDS - self._waited
        is_slow = patience <= 0
        if is_slow:
            self._readers.add(self)
            patience = BEGIN_SECONDS + self._sent / SLOWEST_BYTES_PER_SECOND - self._waited
            if patience <= 0:
                raise TimeoutError
        self._socket.settimeout(patience)
        began = time.monotonic()
        try:
            sent = self._socket.send(data)
        except TimeoutError:
            if is_slow:
                raise
            sent = 0
        self._waited += time.monotonic() - began
        self._sent += sent
        return sent


class PacedAnswers:
    """WSGI middleware that writes responses through a `PacedConnection`."""

    def __init__(self, inside: Callable[..., Iterable[bytes]]) -> None:
        """Wrap an application for gunicorn."""
        self._inside = inside
        self._readers = SlowReaders()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Call the application, and replace gunicorn's socket by a paced one."""
        answer = self._inside(environ, start_response)
        response = start_response.__self__
        response.sock = PacedConnection(response.sock, self._readers)
        return answer
