"""Tell open pages that a read-only time was announced, has begun or is over."""

import logging
import threading

from flask import Flask

from intranet.delivery.realtime.connections import Connections
from intranet.delivery.realtime.packets import event_frame
from intranet.platform.core import read_only

log = logging.getLogger(__name__)


class ReadOnlyTeller:
    """Looks for read-only times while sockets of this process are open."""

    def __init__(self, app: Flask, connections: Connections, stopped: threading.Event) -> None:
        """Remember the connections to tell and the event that stops looking."""
        self._app = app
        self._connections = connections
        self._stopped = stopped
        self._known: tuple[read_only.ReadOnlyTime | None, bool] = (None, False)

    def follow(self) -> None:
        """Tell all connections soon after each change."""
        while not self._stopped.wait(read_only.LOOKED_EVERY_SECONDS):
            try:
                self._look()
            except Exception:
                log.exception("read-only times")

    def _look(self) -> None:
        connections = self._connections.everybody()
        if not connections:
            return
        with self._app.app_context():
            now = read_only.announced(), read_only.has_begun()
        if now != self._known:
            self._known = now
            frame = event_frame("service:changed", {})
            for connection in connections:
                connection.write(frame)
