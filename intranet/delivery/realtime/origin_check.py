"""The origin check before all socket requests."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.middleware.proxy_fix import ProxyFix

from intranet.config import Settings
from intranet.delivery.realtime import counters
from intranet.delivery.realtime.engine_http import forbidden, refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/socket.io/"
DEFAULT_PORTS = {"http": 80, "https": 443}


class Gate:
    """Passes socket requests on if they come from our own pages or from no page.

    A request without an origin comes from a program, or is a poll of our own page; it still has to
    carry credentials. The site's own origin is that of the settings or of the request itself, never
    of a header that a client can add. Every request is checked, so that no page of another site can
    send or read in the name of its visitor.
    """

    def __init__(
        self, inside: "WSGIApplication", sockets: "WSGIApplication", settings: Settings
    ) -> None:
        """Store the application behind, the application for sockets, and the settings."""
        self._inside = inside
        count = settings.trusted_proxies
        # Only the address counts: other headers of a proxy do not matter here.
        self._sockets = ProxyFix(sockets, x_for=count, x_proto=0, x_host=0) if count else sockets
        self._own = _origin(settings.base_url)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        if not environ.get("PATH_INFO", "").startswith(PATH):
            return self._inside(environ, start_response)
        if not self.is_own_origin(environ):
            counters.refused.labels("origin").inc()
            return refuse(start_response, forbidden())
        return self._sockets(environ, start_response)

    def is_own_origin(self, environ: "WSGIEnvironment") -> bool:
        """Return whether the request names no origin, or our own."""
        origin = environ.get("HTTP_ORIGIN")
        if origin is None:
            return environ.get("HTTP_SEC_FETCH_SITE") not in {"cross-site", "same-site"}
        host = environ.get("HTTP_HOST", "")
        own = {self._own, _origin(f"{environ.get('wsgi.url_scheme', 'http')}://{host}")}
        return _origin(origin) in own - {None}


def _origin(address: str) -> tuple[str, str, int] | None:
    """Parse an address without a path into scheme, host and port; None if it is not one."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        return None
    return scheme, parts.hostname.lower(), port or DEFAULT_PORTS[scheme]
