"""The names by which this site may be called: a request for any other is refused."""

import re
import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from intranet.config import Settings
from intranet.platform.core.web import settings_of

# Machines ask these by whatever address they know; the answers hold no address.
ASKED_BY_MACHINES = frozenset({"/health/live", "/health/ready", "/metrics"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?")
_REFUSAL = (
    b"This site is not called that. If you run it: INTRANET_BASE_URL has to be the address\n"
    b"that people type, and a proxy has to pass that name on.\n"
)
Environ = dict[str, Any]
WsgiApplication = Callable[..., Iterable[bytes]]


class KnownHosts:
    """The names of a site.

    They are that of INTRANET_BASE_URL and the loopback names. Without INTRANET_BASE_URL they are
    also every IP address and the machine's own name: a page elsewhere can have its name lead to
    this machine (DNS rebinding), but not those.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the names from the settings."""
        self.is_any_address_known = not settings.is_base_url_given
        self.names = {_lower(urlsplit(settings.base_url).hostname or "")}
        if not settings.is_base_url_given:
            machine = _lower(socket.gethostname())
            self.names |= {machine, machine.partition(".")[0], f"{machine.partition('.')[0]}.local"}

    def knows(self, host: str) -> bool:
        """Whether a `Host` header names this site; its port is that of a proxy, and anything."""
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
    """Passes on what is asked of this site by one of its names, and refuses everything else."""

    def __init__(self, inside: WsgiApplication, known: KnownHosts) -> None:
        """Take the application behind, and the names."""
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
    """Ask for the name before anything else, pages and sockets alike. Call it last of all.

    What the trusted proxies say of host, scheme and address is read first, so that everything
    behind sees the same.
    """
    settings = settings_of(app)
    outermost: WsgiApplication = HostGate(app.wsgi_app, KnownHosts(settings))
    if count := settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix  # noqa: PLC0415 - only where one stands

        outermost = ProxyFix(outermost, x_for=count, x_proto=count, x_host=count)
    app.__dict__["wsgi_app"] = outermost


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by a name or an address that can be no other (RFC 6761)."""
    name = _lower(host)
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _lower(name: str) -> str:
    return name.lower().removesuffix(".")
