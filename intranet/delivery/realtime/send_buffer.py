"""The send buffer of one socket: written at once if possible, else buffered within a limit."""

import _socket
import select
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.frames import close_frame

PARKED_BYTES = 256 * 1024
KERNEL_BYTES = 256 * 1024
SEND_FLAGS = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL
LOOK_AGAIN_MILLISECONDS = 1_000
DRAINED_WITHIN_SECONDS = 2


class SendBuffer:
    """Writes whole frames in order, from any thread, and never blocks.

    A client that does not read costs at most the kernel's buffer, the buffered bytes and one frame;
    then it is cut off, and catches up when it returns. Frames are shared by all readers.
    """

    def __init__(self, sock: socket.socket, run: Callable[[Callable[[], None]], object]) -> None:
        """Store the connected socket, which its owner will close, and a way to run a task."""
        # The operating system's socket under the one of gevent, whose `send` would wait.
        self._raw = _socket.socket(fileno=sock.fileno())
        self._run = run
        self._lock = threading.Lock()
        self._parked: deque[memoryview] = deque()
        self._parked_bytes = 0
        self._idle = threading.Event()
        self._idle.set()
        self._finishing = False
        self._shut = False
        self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
        with suppress(OSError):  # a Unix socket has no delay to switch off
            self._raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def takes_more(self) -> bool:
        """Whether the connection is open and `finish` has not been called yet."""
        return not (self._shut or self._finishing)

    def write(self, frame: bytes) -> bool:
        """Write a frame, or buffer what the kernel does not take; False once it is closed."""
        with self._lock:
            if self._shut or self._finishing:
                return False
            return self._write(frame)

    def finish(self, code: int) -> None:
        """Send the close frame after everything that was written, and accept nothing more."""
        with self._lock:
            if self._shut or self._finishing:
                return
            if self._write(close_frame(code)):
                self._finishing = True
                if not self._parked:
                    self._half_close()

    def shut(self) -> None:
        """End the connection now, whatever is buffered. The reading thread gets EOF."""
        with self._lock:
            self._shut_now()

    def release(self) -> None:
        """Let go of the socket, which its owner will close: nobody may wait for it any more."""
        self.shut()
        self._idle.wait(DRAINED_WITHIN_SECONDS)
        with self._lock:
            if self._raw.fileno() >= 0:
                self._raw.detach()

    def _write(self, frame: bytes) -> bool:
        if self._parked_bytes > PARKED_BYTES:
            counters.cut_off.inc()
            self._shut_now()
            return False
        sent = 0 if self._parked else self._send(frame)
        if sent is None:
            return False
        if sent < len(frame):
            self._park(memoryview(frame)[sent:])
        return True

    def _park(self, rest: memoryview) -> None:
        self._parked.append(rest)
        self._parked_bytes += len(rest)
        if self._idle.is_set():
            counters.parked.inc()
            self._idle.clear()
            self._run(self._drain)

    def _drain(self) -> None:
        """Write whenever the kernel takes more, until the buffer is empty."""
        waiting = select.poll()
        waiting.register(self._raw.fileno(), select.POLLOUT)
        while True:
            waiting.poll(LOOK_AGAIN_MILLISECONDS)
            with self._lock:
                self._flush()
                if not self._parked:
                    self._idle.set()
                    return

    def _flush(self) -> None:
        while self._parked:
            part = self._parked[0]
            sent = self._send(part)
            if sent is None:
                return
            self._parked_bytes -= sent
            if sent < len(part):
                self._parked[0] = part[sent:]
                return
            self._parked.popleft()
        if self._finishing:
            self._half_close()

    def _send(self, data: bytes | memoryview) -> int | None:
        """Send what the kernel takes now, and return how much; None if the connection is gone."""
        try:
            return self._raw.send(data, SEND_FLAGS)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self._shut_now()
            return None

    def _half_close(self) -> None:
        with suppress(OSError):
            self._raw.shutdown(socket.SHUT_WR)

    def _shut_now(self) -> None:
        if not self._shut:
            self._shut = True
            self._parked.clear()
            self._parked_bytes = 0
            with suppress(OSError):
                self._raw.shutdown(socket.SHUT_RDWR)
