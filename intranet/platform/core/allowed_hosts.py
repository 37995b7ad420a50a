"""Host names of this site: a request under any other name is refused."""

import re
import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from intranet.config import Settings
from intranet.platform.core.web import settings_of

# Monitoring requests these under any host name; the responses contain no address.
ASKED_BY_MACHINES = frozenset({"/health/live", "/health/ready", "/metrics"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?")
_REFUSAL = (
    b"This site is not called that. If you run it: INTRANET_BASE_URL has to be the address\n"
    b"that people type, and a proxy has to pass that name on.\n"
)
Environ = dict[str, Any]
WsgiApplication = Callable[..., Iterable[bytes]]


class KnownHosts:
    """The host names of a site.

    They are the host of INTRANET_BASE_URL and the loopback names. Without INTRANET_BASE_URL, every
    IP address and the machine's own name are accepted too. They are safe: in DNS rebinding, the
    `Host` header has the attacker's own name, which only resolves to this machine.
    """

    def __init__(self, settings: Settings) -> None:
        """Derive the names from the settings."""
        self.is_any_address_known = not settings.is_base_url_given
        self.names = {_lower(urlsplit(settings.base_url).hostname or "")}
        if not settings.is_base_url_given:
            machine = _lower(socket.gethostname())
            self.names |= {machine, machine.partition(".")[0], f"{machine.partition('.')[0]}.local"}

    def knows(self, host: str) -> bool:
        """Return whether a `Host` header names this site; a proxy may add any port."""
        found = _HOST.fullmatch(host.lower())
        if found is None:
            return False
        name = found[1].removesuffix(".")
        if name in self.names or is_loopback(name):
            return True
        try:
            address = ip_address(name.strip("[]"))
        except ValueError:
            return False
        return self.is_any_address_known or str(address) in self.names


class HostGate:
    """WSGI middleware that refuses requests for an unknown host name."""

    def __init__(self, inside: WsgiApplication, known: KnownHosts) -> None:
        """Wrap an application, and store the host names to accept."""
        self._inside = inside
        self._known = known

    def __call__(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        is_for_machines = environ.get("PATH_INFO") in ASKED_BY_MACHINES
        if is_for_machines or self._known.knows(environ.get("HTTP_HOST", "")):
            return self._inside(environ, start_response)
        start_response(
            "400 Bad Request",
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("Content-Length", str(len(_REFUSAL))),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        return [_REFUSAL]


def init_app(app: Flask) -> None:
    """Check the host name before all else, for pages and sockets. Call it last of all.

    The headers of trusted proxies on host, scheme and address are applied first, so that all code
    behind them agrees.
    """
    settings = settings_of(app)
    outermost: WsgiApplication = HostGate(app.wsgi_app, KnownHosts(settings))
    if count := settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: PLC0415 - only where one stands

        outermost = ProxyFix(outermost, x_for=count, x_proto=count, x_host=count)
    app.__dict__["wsgi_app"] = outermost


def is_loopback(host: str) -> bool:
    """Return whether a host can only be this machine, by name or address (RFC 6761)."""
    name = _lower(host)
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _lower(name: str) -> str:
    return name.lower().removesuffix(".")
