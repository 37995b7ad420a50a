"""Names, ids and filters of a directory, with everything that people typed made harmless."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from intranet.platform.core.late_imports import LateModule

if TYPE_CHECKING:
    from ldap3.core import exceptions
    from ldap3.utils import conv
    from ldap3.utils import dn as distinguished_names
else:  # 5 MB, which only a site with a directory needs
    exceptions = LateModule("ldap3.core.exceptions")
    conv = LateModule("ldap3.utils.conv")
    distinguished_names = LateModule("ldap3.utils.dn")

GUID, GUID_BYTES = "objectguid", 16
MAX_VALUE_CHARACTERS = 500


def filter_of_subject(attribute: str, subject: str) -> str:
    """Return the filter that finds an entry by the id that it keeps."""
    if attribute.lower() != GUID:
        return f"({attribute}={conv.escape_filter_chars(subject)})"
    try:
        return f"({attribute}={conv.escape_bytes(UUID(subject).bytes_le)})"
    except ValueError:
        return f"({attribute}=)"


def filter_of_name(attributes: Sequence[str], name: str) -> str:
    """Return the filter that finds a person by what they typed, in one of several attributes."""
    safe = conv.escape_filter_chars(name)
    return "(|" + "".join(f"({attribute}={safe})" for attribute in attributes) + ")"


def filter_of_dn(attribute: str, dn: str) -> str:
    """Return the filter of entries that name another one."""
    return f"({attribute}={conv.escape_filter_chars(dn)})"


def plain_dn(dn: str) -> str:
    """Return a name in the directory in the one form in which names are compared."""
    try:
        parts = distinguished_names.parse_dn(dn, strip=True)
    except exceptions.LDAPException:
        return dn.strip().lower()
    return ",".join(f"{name}={value}" for name, value, _ in parts).lower()


def subject_of(attribute: str, value: bytes) -> str:
    """Return the id that an entry keeps, as text; Active Directory's is of bytes."""
    if attribute.lower() == GUID and len(value) == GUID_BYTES:
        return str(UUID(bytes_le=value))
    return text_of(value).lower()


def text_of(value: bytes) -> str:
    """Return a value as text, cut to a length that nobody's name or number has."""
    return value[: 4 * MAX_VALUE_CHARACTERS].decode("utf-8", "replace")[:MAX_VALUE_CHARACTERS]
