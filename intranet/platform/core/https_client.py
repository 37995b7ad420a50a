"""HTTPS requests to other servers, never to one in our own networks.

URLs come from outside, so they may name this machine, or one behind the firewall. The host is
resolved once, all its addresses must be on the public internet, and the connection goes to an
address that was checked.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import SplitResult, urlsplit

from intranet.platform.core.web import settings

TIMEOUT_SECONDS = 10
HTTPS_PORT = 443
FETCH_SECONDS = 6
FETCH_BYTES = 256 * 1024
# The allocated part of IPv6; the rest is local networks and embedded IPv4 (RFC 4291).
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
# Ranges that embed IPv4 addresses, perhaps ours, or are reserved for examples or protocols, from
# IANA's registries: which of them Python's `is_global` knows depends on its version.
_NOT_REACHED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocol assignments
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.175.48.0/24",  # AS112
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2620:4f:8000::/48",  # AS112
        "2002::/16",  # 6to4
        "2001:db8::/32",
        "3fff::/20",
        "192.88.99.0/24",  # what relays 6to4
    )
)
# Endings of names outside of the public DNS; `localhost` is this machine (RFC 6761).
_LOCAL_NAMES = {"localhost", "local", "internal", "localdomain", "home", "lan"}


class NotOutsideError(Exception):
    """The address is not on the public internet, or not reached by HTTPS."""


class NoAnswerError(Exception):
    """No response came: no such host, no connection, or a timeout."""


class TooLongAnswerError(NoAnswerError):
    """The response has more bytes than are read of one."""


@dataclass(frozen=True)
class OutsideResponse:
    """The response of another server; its body is empty unless it was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def check_outside(address: str, inside: Collection[str] = ()) -> SplitResult:
    """Return the parts of an address that may be requested: HTTPS, usual port, no password.

    Args:
        inside: hosts in our own networks that may be reached nevertheless, on any port.

    Raises:
        NotOutsideError: it is not such an address, or its name alone shows that it is ours. The
            addresses behind a name are checked when it is requested.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise NotOutsideError(address) from error
    usual = parts.scheme == "https" and port in {None, HTTPS_PORT}
    if not parts.hostname or parts.username is not None or not address.isascii():
        raise NotOutsideError(address)
    if parts.scheme == "https" and parts.hostname in inside:
        return parts
    if not settings().reaches_inside and not (usual and _may_be_outside(parts.hostname)):
        raise NotOutsideError(address)
    return parts


def post(address: str, headers: Mapping[str, str], body: bytes) -> OutsideResponse:
    """Send a POST request and return the response. Redirects are not followed.

    Raises:
        NotOutsideError: the host resolves to one of our own networks.
        NoAnswerError: there was no response within ten seconds.
    """
    parts = check_outside(address)
    host, port = str(parts.hostname), parts.port or HTTPS_PORT
    connection = _Connection(host, port, address_of(host, port), secure=parts.scheme == "https")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        with _no_longer_than(TIMEOUT_SECONDS, connection):
            connection.request("POST", path, body, {"Host": parts.netloc, **headers})
            answer = connection.getresponse()
            return OutsideResponse(answer.status, dict(answer.headers.items()))
    except (OSError, HTTPException) as error:
        raise NoAnswerError(type(error).__name__) from error
    finally:
        connection.close()


def fetch(
    method: str,
    address: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    inside: Collection[str] = (),
) -> OutsideResponse:
    """Send a request and return the response with its body. Redirects are not followed.

    Args:
        inside: hosts in our own networks that may be reached nevertheless.

    Raises:
        NotOutsideError: the host resolves to one of our own networks.
        TooLongAnswerError: the response is larger than 256 KB.
        NoAnswerError: there was no whole response within six seconds.
    """
    parts = check_outside(address, inside)
    host, port = str(parts.hostname), parts.port or (HTTPS_PORT if parts.scheme == "https" else 80)
    found = address_of(host, port, inside)
    connection = _Connection(host, port, found, secure=parts.scheme == "https")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    try:
        with _no_longer_than(FETCH_SECONDS, connection):
            connection.request(method, path, body, {**headers, "Host": parts.netloc})
            answer = connection.getresponse()
            content = answer.read(FETCH_BYTES + 1)
    except (OSError, HTTPException) as error:
        raise NoAnswerError(type(error).__name__) from error
    finally:
        connection.close()
    if len(content) > FETCH_BYTES:
        raise TooLongAnswerError(address)
    if connection.is_over or len(content) < int(answer.headers.get("Content-Length") or 0):
        raise NoAnswerError(TimeoutError.__name__)
    return OutsideResponse(answer.status, dict(answer.headers.items()), content)


class _Connection(HTTPConnection):
    """A connection to the address that was checked, under the host name that was asked for."""

    def __init__(self, host: str, port: int, address: str, *, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._address = address
        self._secure = secure
        self.is_over = False
        self._kept: socket.socket | None = None

    def connect(self) -> None:
        """Connect; the socket is kept before the handshake, so that `cut` can end it."""
        self._keep(socket.create_connection((self._address, self.port), TIMEOUT_SECONDS))
        if self._secure:
            context = ssl.create_default_context()
            secured = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self._keep(secured)
            secured.do_handshake()

    def cut(self) -> None:
        """Shut the connection down, now and if it is opened again."""
        self.is_over = True
        with suppress(OSError):
            if self._kept:
                self._kept.shutdown(socket.SHUT_RDWR)

    def _keep(self, sock: socket.socket) -> None:
        # `sock` is let go once the head of a last response has come, while its body is still read.
        self.sock = self._kept = sock
        if self.is_over:
            raise TimeoutError


def address_of(host: str, port: int, inside: Collection[str] = ()) -> str:
    """Return the IP address to connect to for a host, checked to be on the public internet.

    Args:
        inside: hosts in our own networks that may be reached nevertheless.

    Raises:
        NotOutsideError: the host resolves to one of our own networks.
        NoAnswerError: there is no such host.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswerError(type(error).__name__) from error
    addresses = [str(entry[4][0]) for entry in found]
    is_allowed = settings().reaches_inside or host in inside
    if not is_allowed and not all(is_outside(address) for address in addresses):
        raise NotOutsideError(host)
    return addresses[0]


def is_outside(address: str) -> bool:
    """Return whether an IP address is on the public internet, where no machine of ours is."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_outside(str(ip.ipv4_mapped))
        if ip not in _GIVEN_OUT:
            return False
    is_reached = not any(ip.version == net.version and ip in net for net in _NOT_REACHED)
    return is_reached and ip.is_global and not ip.is_multicast


def _may_be_outside(host: str) -> bool:
    """Return whether a host may be on the public internet, judging by its name alone."""
    host = host.lower().removesuffix(".")
    try:
        return is_outside(host)
    except ValueError:
        last = host.rpartition(".")[2]
    # `127.1`, `0x7f000001` and `2130706433` are addresses for the operating system.
    is_number = last.isdecimal() or last.startswith("0x")
    is_ours = last in _LOCAL_NAMES or host == urlsplit(settings().base_url).hostname
    return "." in host and not (is_number or is_ours)


@contextmanager
def _no_longer_than(seconds: float, connection: _Connection) -> Iterator[None]:
    """Cut the connection if the block takes longer than this many seconds.

    The timeout of a socket would not do, because it applies to each read separately.
    """
    timer = threading.Timer(seconds, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
