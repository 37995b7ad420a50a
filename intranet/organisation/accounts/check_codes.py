"""Codes that identify a document made here, to check a copy against it."""

from intranet.organisation.accounts.second_factor import random_letters

PARTS, LETTERS = 3, 4


def new_code() -> str:
    """Return a code that cannot be guessed and is easy to type: `K7QX-2MNP-R4TD`."""
    return "-".join(random_letters(LETTERS) for _part in range(PARTS))


def read_code(code: str) -> str:
    """Normalise a code that was typed or scanned to its stored form."""
    letters = "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())
    parts = [letters[at : at + LETTERS] for at in range(0, len(letters), LETTERS)]
    return "-".join(parts)[: PARTS * (LETTERS + 1) - 1]
