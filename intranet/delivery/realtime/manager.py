"""The list of clients that the library under Flask-SocketIO keeps."""

import threading
from typing import Any

import socketio


class Manager(socketio.Manager):  # type: ignore[misc]  # the library carries no types
    """The library's list of clients, thread-safe, and without a walk through all rooms.

    We use no rooms: a client is in the common one and in its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()

    def pre_connect(self, eio_sid: str, namespace: str) -> Any:
        """Add a client that is connecting."""
        with self._lock:
            return super().pre_connect(eio_sid, namespace)

    def connect(self, sid: str, namespace: str) -> Any:
        """Add a client that has connected."""
        with self._lock:
            return super().connect(sid, namespace)

    def pre_disconnect(self, sid: str, namespace: str) -> Any:
        """Mark a client that is disconnecting."""
        with self._lock:
            return super().pre_disconnect(sid, namespace)

    def basic_disconnect(self, sid: str, namespace: str, **_options: Any) -> None:
        """Remove a client."""
        with self._lock:
            for room in (None, sid):
                self.basic_leave_room(sid, namespace, room)
            for pending in (self.pending_connect, self.pending_disconnect):
                if sid in pending.get(namespace, ()):
                    pending[namespace].remove(sid)
