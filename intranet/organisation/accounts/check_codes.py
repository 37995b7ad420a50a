"""Codes by which a document is found that was made here, to see whether a copy is the same."""

from intranet.organisation.accounts.second_factor import random_letters

PARTS, LETTERS = 3, 4


def new_code() -> str:
    """A code that nobody guesses and everybody can type: `K7QX-2MNP-R4TD`."""
    return "-".join(random_letters(LETTERS) for _part in range(PARTS))


def read_code(code: str) -> str:
    """The code, as it was typed or scanned, in the form in which it is kept."""
    letters = "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())
    parts = [letters[at : at + LETTERS] for at in range(0, len(letters), LETTERS)]
    return "-".join(parts)[: PARTS * (LETTERS + 1) - 1]
