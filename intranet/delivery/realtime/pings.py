"""Pings to all clients from one task, where the library keeps a waiting task for each."""

import time
from collections.abc import Callable
from typing import Any

from engineio.packet import PING, Packet
from engineio.socket import Socket

from intranet.delivery.realtime.delayed_tasks import Delayed


class Pings:
    """Intercepts how an Engine.IO server starts tasks, and takes over its pings."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._start: Callable[..., Any] = engine.start_background_task
        self._due: Delayed[Any] = Delayed(self._start, engine.sleep, _ping)
        engine.start_background_task = self._task

    def _task(self, target: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if getattr(target, "__func__", None) is not Socket._send_ping:  # noqa: SLF001 - named in tests/delivery/realtime
            return self._start(target, *args, **named)
        socket = target.__self__  # type: ignore[attr-defined]  # a bound method
        return self._due.add(socket, self._engine.ping_interval)


def _ping(socket: Any) -> None:
    if not socket.closing and not socket.closed:
        socket.last_ping = time.time()
        socket.send(Packet(PING))
