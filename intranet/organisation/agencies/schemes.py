"""Codes of agencies: the scheme that a code belongs to, and the address that it gives."""

import re

DIR3, LOCAL = "dir3", "local"
SCHEME_LIMIT = 20
_DIR3_CODE = re.compile(r"[A-Z]{1,2}[A-Z0-9]\d{6,7}")
_SCHEME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


def scheme_of(code: str) -> str:
    """Return the scheme that a code belongs to by its form: Spain's directory, or none."""
    return DIR3 if _DIR3_CODE.fullmatch(code) else LOCAL


def is_scheme(text: str) -> bool:
    """Return whether a text can name a scheme."""
    return bool(_SCHEME.fullmatch(text))


def qualified(scheme: str, code: str) -> str:
    """Return the address of an agency whose code is another agency's address already."""
    return f"{scheme}:{code}"


def code_in_register(scheme: str, address: str) -> str:
    """Return the code that an address has in its scheme."""
    return address.removeprefix(f"{scheme}:")
