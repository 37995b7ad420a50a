"""Codes, handles and sort keys made from names."""

from collections.abc import Container

from intranet.platform.core.text import fold, sort_key
from intranet.platform.core.types import Localized

SORT_KEY_LIMIT = 200


def unused(name: str, taken: Container[str], limit: int) -> str:
    """Return a free short form of a name, in plain letters, digits and hyphens."""
    plain = fold(name).encode("ascii", "ignore").decode()
    base = "-".join(plain.split())[:limit].strip("-") or "x"
    if base not in taken:
        return base
    number = 2
    while f"{base[: limit - 5]}-{number}" in taken:
        number += 1
    return f"{base[: limit - 5]}-{number}"


def sort_key_of(text: Localized, language: str) -> str:
    """Return the sort key of a localised text in the agency's own language."""
    return sort_key(text.text(language))[:SORT_KEY_LIMIT]
