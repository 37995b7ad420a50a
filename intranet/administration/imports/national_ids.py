"""Recognise national identity numbers (DNI, NIF, NIE), so that they are never stored."""

import re
from collections.abc import Sequence

from intranet.platform.core.text import fold

LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
MIN_SHARE, MIN_COUNT = 0.8, 3
_TITLES = frozenset(
    (
        *("dni", "nif", "nie", "d n i", "n i f", "documento", "documento de identidad"),
        *("documento identidad", "document", "document d identitat", "documento de identidade"),
        *("documento nacional de identidad", "nan", "nan zenbakia", "pasaporte", "passaport"),
    )
)
_WORDS = frozenset(("dni", "nif", "nie", "nan"))
_NUMBER = re.compile(r"([XYZ]?)[ -]?([\d.]{5,11}?)(?:[.,]0)?[ -]?([A-Z]?)")


def national_id(cell: str) -> str | None:
    """Return a DNI, NIF or NIE in its full form; None if it is none.

    A spreadsheet cuts zeros and adds decimals: `45678.0` is 00045678. Without its letter any
    number of so many digits can be one, with it the letter has to fit.
    """
    found = _NUMBER.fullmatch(cell.strip().upper())
    if not found:
        return None
    first, digits, letter = found[1], found[2].replace(".", ""), found[3]
    digits = digits.zfill(7 if first else 8)
    if len(digits) != (7 if first else 8) or (first and not letter):
        return None
    value = int(f"{'XYZ'.index(first) if first else ''}{digits}")
    if letter and LETTERS[value % 23] != letter:
        return None
    return f"{first}{digits}{letter}"


def holds_national_ids(title: str, values: Sequence[str], *, is_known: bool) -> bool:
    """Return whether a column holds identity numbers: by its title, else by letters that fit.

    Args:
        is_known: whether the title is that of a column to import, as a staff number is.
    """
    plain = fold(title)
    if plain in _TITLES or (not is_known and _WORDS & set(plain.split())):
        return True
    fitting = sum(
        (found := national_id(value)) is not None and found[-1:].isalpha() for value in values
    )
    return not is_known and fitting >= MIN_COUNT and fitting >= len(values) * MIN_SHARE
