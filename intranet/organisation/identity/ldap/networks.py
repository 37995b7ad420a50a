"""Where a directory may be asked, and why one could not be."""

import socket
from enum import StrEnum

from intranet.platform.core.https_client import is_outside
from intranet.platform.core.web import settings


class LdapFault(StrEnum):
    """Why a directory could not be asked."""

    AWAY = "away"
    NETWORK = "network"
    CERTIFICATE = "certificate"
    READER = "reader"
    BASE = "base"
    FILTER = "filter"
    INCOMPLETE = "incomplete"
    TOO_MANY = "too_many"
    NO_ID = "no_id"


class LdapError(Exception):
    """A directory could not be asked, or did not answer completely."""

    def __init__(self, fault: LdapFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def reachable_addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a directory, to connect to one of them and no other.

    An administrator of one agency could otherwise search the networks of the site.

    Raises:
        LdapError: one is in our own networks and the operator has not named the host, or there are
            none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LdapError(LdapFault.AWAY) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    is_inside = settings().reaches_inside or host.lower() in settings().inside_hosts
    if not (is_inside or all(map(is_outside, addresses))):
        raise LdapError(LdapFault.NETWORK)
    return addresses
