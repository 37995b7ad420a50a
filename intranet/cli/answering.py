"""Sending answers: who takes theirs slowly keeps nobody else waiting.

gunicorn writes an answer in the thread that made it, for as long as its reader takes: as many
readers that stop reading as there are threads stop everybody. Here an answer has to be taken at a
pace, and where many are slow at once the slowest makes room.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import IO, Any

from intranet.platform.core.capacity import SLOW_READERS

BEGIN_SECONDS = 10
"""An answer may take so long, and longer by its size at the slowest pace."""
SLOWEST_BYTES_PER_SECOND = 8 * 1024
SLOW_AFTER_SECONDS = 0.5
PIECE_BYTES = 256 * 1024


class SlowReaders:
    """The clients of this process that take an answer slowly at the moment."""

    def __init__(self, most: int = SLOW_READERS) -> None:
        """Take how many there may be."""
        self._most = most
        self._lock = threading.Lock()
        self._all: set[PacedConnection] = set()

    def add(self, answer: "PacedConnection") -> None:
        """Note one; where there are too many, the slowest of all is left."""
        with self._lock:
            self._all.add(answer)
            if len(self._all) <= self._most:
                return
            slowest = min(self._all, key=PacedConnection.pace)
            self._all.remove(slowest)
        slowest.leave()

    def remove(self, answer: "PacedConnection") -> None:
        """Note that one waits no longer."""
        with self._lock:
            self._all.discard(answer)


class PacedConnection:
    """Stands for a connection while gunicorn writes an answer to it."""

    def __init__(self, sock: socket.socket, readers: SlowReaders) -> None:
        """Begin with nothing sent."""
        self._socket, self._readers = sock, readers
        self._sent, self._waited = 0, 0.0

    def pace(self) -> float:
        """How many bytes its reader took in each second."""
        return self._sent / max(self._waited, SLOW_AFTER_SECONDS)

    def leave(self) -> None:
        """End the connection; whoever writes to it learns of it."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return

    def sendall(self, data: bytes) -> None:
        """Write all of it.

        Raises:
            TimeoutError: it is taken too slowly.
        """
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._send(rest) :]
        finally:
            self._socket.settimeout(None)
            self._readers.remove(self)

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> None:
        """Write a part of a file, or the rest of it.

        Raises:
            TimeoutError: it is taken too slowly.
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
    """Stands before the application: its answers are written at the pace of `PacedConnection`."""

    def __init__(self, inside: Callable[..., Iterable[bytes]]) -> None:
        """Take the application as gunicorn calls it."""
        self._inside = inside
        self._readers = SlowReaders()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as a WSGI application, and let gunicorn write to something that is paced."""
        answer = self._inside(environ, start_response)
        response = start_response.__self__
        response.sock = PacedConnection(response.sock, self._readers)
        return answer
