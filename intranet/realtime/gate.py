"""What stands before a socket's handshake: whence it comes, and whether there is room."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from intranet.realtime import counters

PATH = "/socket.io"
DEFAULT_PORTS = {"http": 80, "https": 443}
Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]


class Gate:
    """Passes requests for sockets on, if they come from our own pages and there is room.

    A missing origin is no browser: it may pass, and needs a token. The site's own origin is that
    of the settings or of the request itself, never of a header that a client can add.
    """

    def __init__(self, inside: Application, base_url: str, most: int) -> None:
        """Take the application behind, and how many sockets it can hold."""
        self._inside = inside
        self._own = _origin(base_url)
        self._most = most
        self._lock = threading.Lock()
        self._open = 0
        self.is_closed = False

    def __call__(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        path = environ.get("PATH_INFO", "")
        if path != PATH and not path.startswith(PATH + "/"):
            return self._inside(environ, start_response)
        if not self.is_own_origin(environ):
            return _refuse(start_response, "403 Forbidden", "origin")
        if not self._enter():
            return _refuse(start_response, "503 Service Unavailable", "full")
        try:
            return self._inside(environ, start_response)
        finally:
            self._leave()

    def is_own_origin(self, environ: Environ) -> bool:
        """Whether the request names no origin, or our own."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is None:
            return environ.get("HTTP_SEC_FETCH_SITE") not in {"cross-site", "same-site"}
        host = environ.get("HTTP_HOST", "")
        own = {self._own, _origin(f"{environ.get('wsgi.url_scheme', 'http')}://{host}")}
        return _origin(origin) in own - {None}

    def _enter(self) -> bool:
        with self._lock:
            if self.is_closed or self._open >= self._most:
                return False
            self._open += 1
        counters.sockets.inc()
        return True

    def _leave(self) -> None:
        with self._lock:
            self._open -= 1
        counters.sockets.dec()


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address without a path; None if it is not one."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    return scheme, parts.hostname.lower(), port or DEFAULT_PORTS[scheme]


def _refuse(start_response: Callable[..., object], status: str, why: str) -> Iterable[bytes]:
    counters.refused.labels(why).inc()
    start_response(
        status,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("Retry-After", "10"),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )
    return [f"{status}\n".encode()]
