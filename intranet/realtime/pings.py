"""Pings to all clients from one task: the library keeps one for each of them, waiting all day."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from engineio.packet import PING, Packet
from engineio.socket import Socket

log = logging.getLogger(__name__)


class Pings:
    """Stands before the way in which an Engine.IO server starts tasks, and keeps its pings.

    All wait equally long, so who waits first is due first.
    """

    def __init__(self, engine: Any) -> None:
        """Take the Engine.IO server."""
        self._engine = engine
        self._start: Callable[..., Any] = engine.start_background_task
        self._waiting: deque[tuple[float, Any]] = deque()
        self._lock = threading.Lock()
        self._is_running = False
        engine.start_background_task = self._task

    def _task(self, target: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if getattr(target, "__func__", None) is not Socket._send_ping:  # noqa: SLF001 - named in tests/realtime
            return self._start(target, *args, **named)
        due = time.monotonic() + self._engine.ping_interval
        with self._lock:
            self._waiting.append((due, target.__self__))  # type: ignore[attr-defined]  # a bound method
            if self._is_running:
                return None
            self._is_running = True
        return self._start(self._run)

    def _run(self) -> None:
        while (socket := self._next()) is not None:
            try:
                if not socket.closing and not socket.closed:
                    socket.last_ping = time.time()
                    socket.send(Packet(PING))
            except Exception:
                log.exception("ping")

    def _next(self) -> Any:
        """Whose turn it is, once it is; None where nobody waits any more."""
        with self._lock:
            if not self._waiting:
                self._is_running = False
                return None
            due, socket = self._waiting.popleft()
        self._engine.sleep(max(0.0, due - time.monotonic()))
        return socket
