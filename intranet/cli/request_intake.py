"""Receive requests within time limits, before they occupy a thread.

gunicorn gives each connection a thread that reads its request for as long as it takes, so half-sent
headers could occupy every thread. Here the event loop receives headers and small bodies itself, and
only then hands the request to a thread. With PostgreSQL, greenlets are cheap, but database
connections are not, so a request reaches the application once its body has arrived. The application
reads large bodies at a minimum pace, and only a limited number of them at once.
"""

import errno
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from intranet.platform.core.capacity import MAX_LARGE_BODIES, MAX_LARGE_BODIES_PER_ADDRESS

HEAD_SECONDS = 10
"""The time from the connection, or from the first byte of a further request, to its last header."""
BODY_SECONDS = 10
"""The time a client may take to send a body, in addition to that for its size."""
SLOWEST_BYTES_PER_SECOND = 8 * 1024
HEAD_BYTES = 64 * 1024
SMALL_BYTES = 64 * 1024
"""A body up to this size is received whole before the application is called."""
WAITS_SECONDS = 30
"""How long a large body waits for a free slot."""
LINGERS_SECONDS = 2.0
"""How long a client has to close the connection after the last response."""
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


class BodyPacer:
    """Reads a body in place of gunicorn's reader, and stops when it comes too slowly."""

    def __init__(self, unreader: Any) -> None:
        """Start timing the body; `unreader` is gunicorn's."""
        self._read, self._socket = unreader.chunk, unreader.sock
        self._began, self._received = time.monotonic(), 0

    def __call__(self, size_hint: int | None = None) -> bytes:
        """Return the bytes that have arrived, or wait for some.

        Raises:
            TimeoutError: the client was too slow.
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


class BodySlots:
    """Slots for reading large bodies, limited in total and for each client address."""

    def __init__(self) -> None:
        """Begin with all slots free."""
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> bool:
        """Take a slot, if one is free."""
        with self._lock:
            is_free = (
                self._taken.total() < MAX_LARGE_BODIES
                and self._taken[address] < MAX_LARGE_BODIES_PER_ADDRESS
            )
            self._taken[address] += is_free
            return is_free

    def give_back(self, address: str) -> None:
        """Release a slot."""
        with self._lock:
            self._taken[address] -= 1
            self._taken += Counter()  # drop addresses without slots


class BodySlot:
    """The slot of one large body. Releasing it twice changes nothing."""

    def __init__(self, leave: Callable[[], object]) -> None:
        """Store the function that releases the slot."""
        self._leave: Callable[[], object] | None = leave

    def leave(self) -> None:
        """Release the slot."""
        leave, self._leave = self._leave, None
        if leave:
            leave()

    def leave_when_read(self, reader: Any) -> None:
        """Release the slot as soon as the body is read, before it is processed."""
        read = reader.read

        def noting(size: int) -> bytes:
            data: bytes = read(size)
            # The end is known by the length, the last chunk, or an empty read.
            is_read = getattr(reader, "length", None) == 0 or getattr(reader, "parser", 0) is None
            if is_read or not data:
                self.leave()
            return data

        reader.read = noting


class Arrival:
    """A connection whose request is still arriving."""

    def __init__(self, conn: Any, proxies: int, data: bytes = b"") -> None:
        """Begin with the bytes that were received after the end of the previous request."""
        self.conn = conn
        self.data = bytearray(data)
        self.deadline = time.monotonic() + HEAD_SECONDS
        self.address = address_of(conn.client, "", proxies)
        self.is_large = False
        self.place: BodySlot | None = None
        self._proxies = proxies
        self._searched = 0
        self._wanted = 0

    def is_whole(self) -> bool:
        """Return whether everything has arrived that the application needs at the start."""
        if not self._wanted:
            end = self.data.find(HEAD_END, self._searched)
            if end < 0:
                self._searched = max(0, len(self.data) - len(HEAD_END) + 1)
                return False
            self._measure(bytes(self.data[: end + 2]))
        return self.is_large or len(self.data) >= self._wanted

    @property
    def is_too_long(self) -> bool:
        """Whether the headers exceed their limit."""
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
    """Read bodies at a minimum pace within the block."""
    unreader.chunk = BodyPacer(unreader)
    try:
        yield
    except TimeoutError as error:
        # gunicorn does not log this error.
        raise ConnectionResetError(errno.ECONNRESET, "too slow") from error
    finally:
        del unreader.chunk


def address_of(peer: Any, forwarded: str, proxies: int) -> str:
    """Return the client's address: the nearest one that our own proxies have reported."""
    if proxies and forwarded:
        return forwarded.split(",")[-proxies:][0].strip()
    return str(peer[0]) if isinstance(peer, tuple) else ""
