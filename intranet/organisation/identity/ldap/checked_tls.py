"""TLS of connections to a directory."""

import ssl
from typing import Any

from ldap3 import Tls

from intranet.organisation.identity.ldap.networks import LdapError, LdapFault


class CheckedTls(Tls):  # type: ignore[misc]
    """TLS as Python checks it; the library compares names by what Python 3.12 took away."""

    def __init__(self, host: str, authority: str) -> None:
        """Check by this authority, or by those of the system.

        Raises:
            LdapError: it is not a certificate.
        """
        super().__init__()
        self._host = host
        try:
            self._context = ssl.create_default_context(cadata=authority or None)
        except (ssl.SSLError, ValueError):
            raise LdapError(LdapFault.CERTIFICATE) from None

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the library's way to call it
        """Begin TLS on a connection's socket, and check the certificate and its name."""
        connection.socket = self._context.wrap_socket(connection.socket, server_hostname=self._host)
