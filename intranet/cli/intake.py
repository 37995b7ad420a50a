"""Receiving requests before they cost anything: time limits on headers and bodies.

gunicorn gives a thread to each connection and reads its request there for as long as it takes: as
many half-sent headers as there are threads stop everybody. Here the loop that waits for all
connections receives headers and small bodies itself, and only then a thread is theirs. Beside
PostgreSQL greenlets are cheap, but connections to the database are not: there a request reaches
the application when its body has come. Large bodies are read by the application, at a pace, and
only so many at once.
"""

import errno
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from intranet.platform.core.capacity import LARGE_BODIES, LARGE_BODIES_OF_AN_ADDRESS

HEAD_SECONDS = 10
"""From the connection, or the first byte of a further request, to the end of its headers."""
BODY_SECONDS = 10
"""A body may take so long, and longer by its size at the slowest pace."""
SLOWEST_BYTES_PER_SECOND = 8 * 1024
HEAD_BYTES = 64 * 1024
SMALL_BYTES = 64 * 1024
"""A body up to this size is received whole before the application is asked."""
WAITS_SECONDS = 30
"""A large body waits so long until others are through."""
LINGERS_SECONDS = 2.0
"""After the last answer a client has so long to hang up."""
LOOKS_EVERY_SECONDS = 0.5
RECEIVED_BYTES = 64 * 1024
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$")
COMES_OTHERWISE = re.compile(rb"(?im)^(?:transfer-encoding|expect)[ \t]*:")
FORWARDED = re.compile(rb"(?im)^x-forwarded-for[ \t]*:(.*)$")
CLOSES = "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
TOO_SLOW = CLOSES.format("408 Request Timeout").encode()
TOO_LONG = CLOSES.format("431 Request Header Fields Too Large").encode()
TOO_MANY = CLOSES.format("503 Service Unavailable\r\nRetry-After: 30").encode()


class Pace:
    """Reads of a body in place of the parser's own: they end when it comes too slowly."""

    def __init__(self, unreader: Any) -> None:
        """Begin now."""
        self._read, self._socket = unreader.chunk, unreader.sock
        self._began, self._received = time.monotonic(), 0

    def __call__(self, size_hint: int | None = None) -> bytes:
        """Read what is there, or wait for it.

        Raises:
            TimeoutError: it was too slow.
        """
        allowed = BODY_SECONDS + self._received / SLOWEST_BYTES_PER_SECOND
        left = self._began + allowed - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(min(left, BODY_SECONDS))
        try:
            data: bytes = self._read(size_hint)
        finally:
            self._socket.settimeout(None)
        self._received += len(data)
        return data


class Places:
    """How many large bodies are read at once, of all and of one address."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Take a place, if one is free."""
        with self._lock:
            is_free = (
                self._taken.total() < LARGE_BODIES
                and self._taken[address] < LARGE_BODIES_OF_AN_ADDRESS
            )
            self._taken[address] += is_free
            return is_free

    def give_back(self, address: str) -> None:
        """Leave it to the next."""
        with self._lock:
            self._taken[address] -= 1
            self._taken += Counter()  # forget who has none


class BodyPlace:
    """The place of one large body. Leaving it twice changes nothing."""

    def __init__(self, leave: Callable[[], object]) -> None:
        """Take what gives it back."""
        self._leave: Callable[[], object] | None = leave

    def leave(self) -> None:
        """Give it back."""
        leave, self._leave = self._leave, None
        if leave:
            leave()

    def leave_when_read(self, reader: Any) -> None:
        """Give it back as soon as the body is read: what is done with it then is no reading."""
        read = reader.read

        def noting(size: int) -> bytes:
            data: bytes = read(size)
            # By its length, its last chunk, or its end.
            is_read = getattr(reader, "length", None) == 0 or getattr(reader, "parser", 0) is None
            if is_read or not data:
                self.leave()
            return data

        reader.read = noting


class Arrival:
    """A connection whose request is still on its way."""

    def __init__(self, conn: Any, proxies: int, data: bytes = b"") -> None:
        """Begin with what came along with the request before."""
        self.conn = conn
        self.data = bytearray(data)
        self.deadline = time.monotonic() + HEAD_SECONDS
        self.address = address_of(conn.client, "", proxies)
        self.is_large = False
        self.place: BodyPlace | None = None
        self._proxies = proxies
        self._searched = 0
        self._wanted = 0

    def is_whole(self) -> bool:
        """Whether all of it is here that is to be before the application is asked."""
        if not self._wanted:
            end = self.data.find(HEAD_END, self._searched)
            if end < 0:
                self._searched = max(0, len(self.data) - len(HEAD_END) + 1)
                return False
            self._measure(bytes(self.data[: end + 2]))
        return self.is_large or len(self.data) >= self._wanted

    @property
    def is_too_long(self) -> bool:
        """Whether there is no end to its headers."""
        return not self._wanted and len(self.data) > HEAD_BYTES

    def _measure(self, head: bytes) -> None:
        found = LENGTH.search(head)
        length = int(found[1]) if found else 0
        is_unknown = not found and b"content-length" in head.lower()
        self.is_large = length > SMALL_BYTES or bool(is_unknown or COMES_OTHERWISE.search(head))
        self._wanted = len(head) + 2 + length
        self.deadline = time.monotonic() + BODY_SECONDS + length / SLOWEST_BYTES_PER_SECOND
        said = b",".join(FORWARDED.findall(head)).decode("latin-1")
        self.address = address_of(self.conn.client, said, self._proxies)


@contextmanager
def paced(unreader: Any) -> Iterator[None]:
    """A block in which what is read of a body has to come at a pace."""
    unreader.chunk = Pace(unreader)
    try:
        yield
    except TimeoutError as error:
        # As gunicorn knows it: nothing to be logged.
        raise ConnectionResetError(errno.ECONNRESET, "too slow") from error
    finally:
        del unreader.chunk


def address_of(peer: Any, forwarded: str, proxies: int) -> str:
    """The address of the client: the nearest of those that our own proxies have said."""
    if proxies and forwarded:
        return forwarded.split(",")[-proxies:][0].strip()
    return str(peer[0]) if isinstance(peer, tuple) else ""
