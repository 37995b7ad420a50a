"""Read a directory over LDAP, and try passwords there. The only importer of ldap3.

What its defaults let through is closed here: every certificate is checked, StartTLS comes before
the first password, referrals to other hosts are not followed, an empty password (which a server
takes for an anonymous bind) is never sent, and an answer that was cut raises `LdapError`.
"""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from intranet.organisation.identity.ldap.names import filter_of_dn, plain_dn, subject_of, text_of
from intranet.organisation.identity.ldap.networks import (
    LdapError,
    LdapFault,
    reachable_addresses,
)
from intranet.platform.core.late_imports import LateModule

if TYPE_CHECKING:
    import ldap3
    from ldap3.core import exceptions
else:  # 5 MB, which only a site with a directory needs
    ldap3 = LateModule("ldap3")
    exceptions = LateModule("ldap3.core.exceptions")

CONNECT_SECONDS, ANSWER_SECONDS = 5, 5
SIGN_IN_SECONDS = 15
READ_SECONDS = 900
PAGE_SIZE = 1_000
MAX_ENTRIES = 200_000
MAX_GROUPS = 500
NO_SUCH_OBJECT = 32
AWAY = {3, 51, 52, 80}
"""Results that say nothing of a password: time limit, busy, unavailable, other."""


@dataclass(frozen=True, kw_only=True)
class LdapServer:
    """A directory, and who reads it. `authority` is a certificate in PEM; without, the system's."""

    host: str
    port: int
    is_ldaps: bool
    authority: str
    reader: str
    secret: str
    id_attribute: str


@dataclass(frozen=True, slots=True)
class LdapEntry:
    """An entry: its name, the id that it keeps, and its values by attribute in small letters."""

    dn: str
    subject: str
    values: dict[str, list[str]]

    def first(self, attribute: str) -> str:
        """Return the first value of an attribute; empty without one."""
        found = self.values.get(attribute.lower())
        return found[0].strip() if found else ""


class LdapLink:
    """A connection that the reader of the directory has opened."""

    def __init__(self, server: LdapServer, connection: Any) -> None:
        """Take over an open connection."""
        self._id = server.id_attribute
        self._connection = connection

    def find(
        self, base: str, condition: str, attributes: Sequence[str], *, limit: int = 2
    ) -> list[LdapEntry]:
        """Return the first entries that fit.

        Raises:
            LdapError: the directory does not answer, or does not know the base.
        """
        with _faults():
            self._connection.search(
                base,
                condition,
                ldap3.SUBTREE,
                attributes=[*attributes, self._id],
                size_limit=limit,
                time_limit=ANSWER_SECONDS,
            )
        result = self._connection.result["result"]
        if result not in {0, 4}:  # the limit was reached: our own, or the server's
            raise LdapError(_fault_of(result))
        return [self._entry(raw) for raw in self._connection.response if _is_entry(raw)]

    def pages(self, base: str, condition: str, attributes: Sequence[str]) -> Iterator[LdapEntry]:
        """Yield every entry that fits; a thousand are in memory at a time.

        Raises:
            LdapError: the answer is not complete. What was yielded is not to be used then.
        """
        count = 0
        with _faults():
            found = self._connection.extend.standard.paged_search(
                base,
                condition,
                ldap3.SUBTREE,
                attributes=[*attributes, self._id],
                paged_size=PAGE_SIZE,
                generator=True,
            )
            for raw in found:
                if _is_entry(raw):
                    count += 1
                    if count > MAX_ENTRIES:
                        raise LdapError(LdapFault.TOO_MANY)
                    yield self._entry(raw)
        # At the server's size limit the loop ends as if that were all.
        if result := self._connection.result["result"]:
            raise LdapError(_fault_of(result))

    def members(self, base: str, group: str, attribute: str) -> set[str]:
        """Return the plain names of all who are in a group, in groups of it, and so on.

        Raises:
            LdapError: the directory does not answer, or there are too many groups.
        """
        groups = {plain_dn(entry.dn) for entry in self.pages(base, f"({attribute}=*)", ())}
        people: set[str] = set()
        seen: set[str] = set()
        waiting = [group]
        while waiting:
            dn = waiting.pop()
            if (key := plain_dn(dn)) in seen:
                continue  # a group within itself
            seen.add(key)
            if len(seen) > MAX_GROUPS:
                raise LdapError(LdapFault.TOO_MANY)
            for member in self._values_of(dn, attribute):
                name = plain_dn(member)
                if name in groups:
                    waiting.append(member)
                else:
                    people.add(name)
        return people

    def is_member(self, base: str, dn: str, group: str, attribute: str) -> bool:
        """Return whether an entry is in a group, or in one that is, at whatever depth.

        Raises:
            LdapError: the directory does not answer, or there are too many groups.
        """
        wanted, seen, waiting = plain_dn(group), set[str](), [dn]
        while waiting:
            condition = filter_of_dn(attribute, waiting.pop())
            for above in self.find(base, condition, (), limit=MAX_GROUPS):
                key = plain_dn(above.dn)
                if key == wanted:
                    return True
                if key not in seen:
                    seen.add(key)
                    waiting.append(above.dn)
            if len(seen) >= MAX_GROUPS:
                raise LdapError(LdapFault.TOO_MANY)
        return False

    def _values_of(self, dn: str, attribute: str) -> list[str]:
        with _faults():
            self._connection.search(dn, f"({attribute}=*)", ldap3.BASE, attributes=[attribute])
        if result := self._connection.result["result"]:
            raise LdapError(_fault_of(result))
        return [
            value.decode("utf-8", "replace")
            for raw in self._connection.response
            if _is_entry(raw)
            for name, values in raw["raw_attributes"].items()
            if name.lower() == attribute.lower()
            for value in values
        ]

    def _entry(self, raw: Any) -> LdapEntry:
        values = {name.lower(): found for name, found in raw["raw_attributes"].items()}
        ids = values.pop(self._id.lower(), None) or [b""]
        return LdapEntry(
            raw["dn"],
            subject_of(self._id, ids[0]),
            {name: [text_of(value) for value in found] for name, found in values.items()},
        )


@contextmanager
def connected(server: LdapServer, *, seconds: float = SIGN_IN_SECONDS) -> Iterator[LdapLink]:
    """Connect as the reader of the directory; one connection for each use, never shared.

    Args:
        seconds: after this time the connection is cut, however slowly the directory answers.

    Raises:
        LdapError: the directory does not answer, is not who it should be, or refuses the reader.
    """
    with _bound(server, server.reader, server.secret, seconds) as connection:
        if connection is None:
            raise LdapError(LdapFault.READER)
        yield LdapLink(server, connection)


def is_password_of(server: LdapServer, dn: str, password: str) -> bool:
    """Return whether a directory takes a password for an entry. An empty one is never sent.

    Raises:
        LdapError: the directory does not answer.
    """
    if not (dn and password):
        return False
    with _bound(server, dn, password, SIGN_IN_SECONDS) as connection:
        return connection is not None


@contextmanager
def _bound(server: LdapServer, dn: str, secret: str, seconds: float) -> Iterator[Any]:
    """Yield a connection that is bound as somebody; None if the directory refuses the secret."""
    addresses = reachable_addresses(server.host, server.port)
    if not secret:
        yield None
        return
    with _faults():
        connection = _opened(server, addresses, dn, secret)
        timer = threading.Timer(seconds, _cut, [connection])
        timer.daemon = True
        timer.start()
        try:
            if not server.is_ldaps:
                connection.start_tls(read_server_info=False)
            is_in = connection.bind(read_server_info=False)
            if not is_in and connection.result["result"] in AWAY:
                raise LdapError(LdapFault.AWAY)
            yield connection if is_in else None
        finally:
            timer.cancel()
            _close(connection)


def _opened(server: LdapServer, addresses: Sequence[str], dn: str, secret: str) -> Any:
    """Return a connection to one of the addresses that were checked, not yet bound."""
    from intranet.organisation.identity.ldap.checked_tls import (  # noqa: PLC0415 - it loads ldap3
        CheckedTls,
    )

    for address in addresses:
        where = ldap3.Server(
            address,
            server.port,
            use_ssl=server.is_ldaps,
            get_info=ldap3.NONE,
            connect_timeout=CONNECT_SECONDS,
            tls=CheckedTls(server.host, server.authority),
        )
        connection = ldap3.Connection(
            where,
            dn,
            secret,
            receive_timeout=ANSWER_SECONDS,
            auto_referrals=False,
            read_only=True,
            check_names=False,
        )
        try:
            connection.open(read_server_info=False)
        except (exceptions.LDAPException, OSError):
            _close(connection)
            if address == addresses[-1]:
                raise
        else:
            return connection
    raise LdapError(LdapFault.AWAY)


def _close(connection: Any) -> None:
    with suppress(exceptions.LDAPException, OSError):
        connection.unbind()
    with suppress(OSError, AttributeError):
        connection.socket.close()


def _cut(connection: Any) -> None:
    with suppress(OSError, AttributeError):
        connection.socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def _faults() -> Iterator[None]:
    """Tell what the library raises in our words, without what the server said."""
    try:
        yield
    except exceptions.LDAPInvalidFilterError:
        raise LdapError(LdapFault.FILTER) from None
    except (exceptions.LDAPException, OSError) as error:
        said = str(error).lower()
        is_doubt = "certificate" in said or "hostname" in said
        raise LdapError(LdapFault.CERTIFICATE if is_doubt else LdapFault.AWAY) from None


def _fault_of(result: int) -> LdapFault:
    if result == NO_SUCH_OBJECT:
        return LdapFault.BASE
    return LdapFault.AWAY if result in {51, 52} else LdapFault.INCOMPLETE


def _is_entry(raw: Any) -> bool:
    return bool(raw["type"] == "searchResEntry")
