"""The stock path: Engine.IO's own queue, writer and WebSocket carry the frames.

For comparison, and for trouble: should an upgrade break what `transport` stands on, this serves on
until it is mended (`INTRANET_SOCKETS=stock`). Who may connect, what is asked and who is told is the
same; what is lost is named in decision 44.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from engineio.exceptions import SocketIsClosedError
from engineio.packet import MESSAGE, Packet
from simple_websocket import ConnectionClosed
from wsproto.utilities import LocalProtocolError

from intranet.realtime.frames import MEDIUM, POLICY
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
from intranet.realtime.transport import PACKET, Run

SHARED = 16


class StockSocket:
    """What `transport.WebSocket` is to the rest, over an Engine.IO socket as it comes."""

    def __init__(self, engine_socket: Any, run: Run) -> None:
        """Take the Engine.IO socket, and a way to run a task aside."""
        self._engine_socket = engine_socket
        self._run = run
        self._is_known = threading.Event()
        self.arrivals = Bucket(ARRIVALS_PER_SECOND, ARRIVALS_AT_ONCE)
        self.outbox = self
        self.must_identify()

    def write(self, frames: bytes) -> bool:
        """Queue what one or several frames hold; False once the socket is closed."""
        try:
            for packet in _packets_in(frames):
                self._engine_socket.send(packet)
        except SocketIsClosedError:
            return False
        return True

    def end(self, _code: int) -> None:
        """Close after what was written; the library says no reason."""
        self._engine_socket.close(wait=False)

    def must_identify(self) -> None:
        """Close it if nobody says soon who is there."""
        self._is_known.clear()
        if not (self._engine_socket.closing or self._engine_socket.closed):
            self._run(self._end_unless_known)

    def is_identified(self) -> None:
        """Let it stay: it is known who is there."""
        self._is_known.set()

    def _end_unless_known(self) -> None:
        if not self._is_known.wait(IDENTIFIED_WITHIN_SECONDS):
            self.end(POLICY)


@lru_cache(maxsize=SHARED)
def _packets_in(frames: bytes) -> tuple[Packet, ...]:
    """The packets in frames with text; the same for all readers, as the library shares them."""
    found, at = [], 0
    while at < len(frames):
        start = at + {MEDIUM: 4, MEDIUM + 1: 10}.get(frames[at + 1], 2)
        size = frames[at + 1] if start == at + 2 else int.from_bytes(frames[at + 2 : start], "big")
        at = start + size
        found.append(Packet(MESSAGE, frames[start + 1 : at].decode()))
    return tuple(found)


def stock_table(
    table: Mapping[str, Any], *, run: Run, opened: Callable[[StockSocket], None]
) -> dict[str, Any]:
    """Engine.IO's table with its own classes, bounded in what comes in, with a place for ours."""
    queue_of_mode: Any = table["queue"]
    websocket_of_mode: Any = table["websocket"]

    class Queue(queue_of_mode):  # type: ignore[misc]  # only known when it runs
        websocket: StockSocket

    class WebSocket(websocket_of_mode):  # type: ignore[misc]  # see above
        def __init__(self, handler: Callable[..., object], server: object) -> None:
            super().__init__(handler, server)
            self.server_args["max_message_size"] = FRAME_BYTES
            self._frames = Bucket(FRAMES_PER_SECOND, FRAMES_AT_ONCE)
            engine_socket: Any = handler.__self__  # type: ignore[attr-defined]  # a bound method
            engine_socket.queue.websocket = StockSocket(engine_socket, run)
            opened(engine_socket.queue.websocket)

        def close(self) -> None:
            """Say goodbye, unless the other side was faster, or the library's reader was."""
            with suppress(OSError, ConnectionClosed, LocalProtocolError):
                super().close()

        def wait(self) -> str | None:
            """Give the next packet; what is none is passed over, and too many are the end."""
            while (message := super().wait()) is not None:
                if not self._frames.take(1 + len(message) / BYTES_PER_UNIT):
                    return None
                if isinstance(message, str) and PACKET.match(message):
                    return message
            return None

    return {**table, "queue": Queue, "websocket": WebSocket}
