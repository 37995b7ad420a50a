"""Packets that wait for a polling client, until its next poll or its WebSocket takes them."""

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import islice

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.frames import frame, text_parts
from intranet.delivery.realtime.send_buffer import PARKED_BYTES, SendBuffer

NOOP = b"6"
SEPARATOR = b"\x1e"
LOOK_AGAIN_SECONDS = 1.0
PROBED_SECONDS = 0.1
CACHE_SIZE = 32
MAX_PACKETS_OF_A_PAYLOAD = 16
"""The client on PyPI refuses more, and drops its connection."""

Payload = tuple[bytes, int]
"""The packets of an answer to a poll, and their number."""


class HungUpError(Exception):
    """The client hung up while its poll waited."""


class PollOutbox:
    """Keeps frames for the next poll, in order, from any thread.

    It holds as much as a `SendBuffer` buffers; a client that lets more wait is cut off. Frames are
    shared by all readers, so that a client costs little until it polls.
    """

    def __init__(self, overflowed: Callable[[], object]) -> None:
        """Store the function that ends a client which lets too much wait."""
        self._overflowed = overflowed
        self._changed = threading.Condition()
        self._waiting: list[Payload] = []
        self._waiting_bytes = 0
        self._next: SendBuffer | None = None
        self._is_finishing = False
        self._is_shut = False
        self._is_probed = False

    @property
    def is_over(self) -> bool:
        """Whether the outbox is finished and all its packets have been fetched."""
        with self._changed:
            return self._is_shut or (self._is_finishing and not self._waiting)

    def write(self, frames: bytes) -> bool:
        """Keep one or several frames; return False once the outbox is closed."""
        with self._changed:
            if self._next is not None:
                return self._next.write(frames)
            if self._is_shut or self._is_finishing:
                return False
            if self._waiting_bytes <= PARKED_BYTES:
                self._append(frames)
                return True
            self._shut_now()
        counters.cut_off.inc()
        self._overflowed()
        return False

    def finish(self, code: int, last: bytes = b"") -> None:
        """Accept nothing more. If `last` is given, it replaces the frames that wait for a poll."""
        with self._changed:
            if self._next is not None:
                if last:
                    self._next.write(last)
                self._next.finish(code)
            elif not (self._is_shut or self._is_finishing):
                if last:
                    self._clear()
                    self._append(last)
                self._is_finishing = True
                self._changed.notify_all()

    def shut(self) -> None:
        """Close the outbox now, and drop what waits; a waiting poll is answered."""
        with self._changed:
            self._shut_now()

    def hand_over(self, outbox: SendBuffer) -> None:
        """Write the waiting frames, and all later ones, to a WebSocket in order."""
        with self._changed:
            for payload, _count in self._waiting:
                for text in payload.split(SEPARATOR):
                    outbox.write(frame(text))
            self._clear()
            self._is_probed = False
            self._next = outbox
            if self._is_finishing or self._is_shut:
                outbox.shut()
            self._changed.notify_all()

    def probe(self, *, is_probed: bool = True) -> None:
        """Answer polls quickly while a WebSocket is tried, since the client switches after that."""
        with self._changed:
            self._is_probed = is_probed
            self._changed.notify_all()

    def take(self, is_gone: Callable[[], bool]) -> bytes:
        """Return the payload that answers a poll, once there are packets.

        Args:
            is_gone: whether the client has hung up; it is called each second.

        Raises:
            HungUpError: the client has hung up.
        """
        with self._changed:
            while not self._waiting:
                if self._is_shut or self._is_finishing or self._next is not None:
                    return NOOP
                self._changed.wait(PROBED_SECONDS if self._is_probed else LOOK_AGAIN_SECONDS)
                if self._waiting:
                    break
                if is_gone():
                    raise HungUpError
                if self._is_probed:
                    return NOOP
            return self._taken()

    def take_now(self) -> bytes | None:
        """Return the packets that wait now; None if there are none."""
        with self._changed:
            return self._taken() if self._waiting else None

    def _append(self, frames: bytes) -> None:
        more = _payloads_of(frames)
        self._waiting += more
        self._count(sum(len(payload) for payload, _count in more))
        self._changed.notify_all()

    def _taken(self) -> bytes:
        """Return as many waiting packets as clients accept in one answer."""
        taken, packets = 0, 0
        for _payload, count in self._waiting:
            if packets + count > MAX_PACKETS_OF_A_PAYLOAD:
                break
            taken, packets = taken + 1, packets + count
        payloads = [payload for payload, _count in self._waiting[:taken]]
        del self._waiting[:taken]
        self._count(-sum(map(len, payloads)))
        return SEPARATOR.join(payloads)

    def _clear(self) -> None:
        self._waiting = []
        self._count(-self._waiting_bytes)

    def _count(self, more: int) -> None:
        self._waiting_bytes += more
        counters.polled_bytes.inc(more)

    def _shut_now(self) -> None:
        self._is_shut = True
        self._clear()
        self._changed.notify_all()


@lru_cache(maxsize=CACHE_SIZE)
def _payloads_of(frames: bytes) -> Sequence[Payload]:
    """Return the packets in frames, made once for all readers who poll."""
    parts, payloads = text_parts(frames), []
    while some := list(islice(parts, MAX_PACKETS_OF_A_PAYLOAD)):
        payloads.append((SEPARATOR.join(some), len(some)))
    return tuple(payloads)
