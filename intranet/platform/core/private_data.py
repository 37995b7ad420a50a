"""Recognise personal data in a text, to point it out before it is published.

It recognises Spanish identity numbers by their check letter, bank accounts by the checksum of
ISO 13616, and telephone numbers and mail addresses by their shape. It forbids nothing.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
"""The letter of a DNI is that at the remainder of its number divided by 23."""

_IDENTITY = re.compile(
    r"(?<![\w])(?:([XYZ])[-. ]?)?(\d{1,2}[. ]?\d{3}[. ]?\d{3})[-. ]?([A-Z])(?![\w])", re.IGNORECASE
)
_IBAN = re.compile(r"(?<![\w])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}(?![\w])", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w+.,/-])(?:(?:\+|00)\d{1,3}[ .-]?)?[6789]\d(?:[ .-]?\d){7}(?![\w]|[.,-]\d)"
)
_ABROAD = re.compile(r"(?<![\w+])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?![\w])")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+(?![\w-])")
_MIN_IBAN_CHARACTERS, _MAX_IBAN_CHARACTERS, _MIN_FOREIGN_DIGITS = 15, 34, 9
MAX_PASSAGES = 20


class Sort(StrEnum):
    """A sort of personal data."""

    IDENTITY = "identity"
    ACCOUNT = "account"
    PHONE = "phone"
    MAIL = "mail"


@dataclass(frozen=True)
class Passage:
    """A passage that looks like personal data, with some of the text around it."""

    sort: Sort
    text: str
    before: str
    after: str
    start: int


CONTEXT_CHARACTERS = 40


def passages(text: str) -> list[Passage]:
    """Return the passages that look like personal data, in order and without overlaps."""
    found: list[Passage] = []
    taken: list[tuple[int, int]] = []
    for sort, spans in (
        (Sort.ACCOUNT, _accounts(text)),
        (Sort.IDENTITY, _identities(text)),
        (Sort.MAIL, [one.span() for one in _MAIL.finditer(text)]),
        (Sort.PHONE, _phones(text)),
    ):
        for start, end in spans:
            if any(start < there_end and there < end for there, there_end in taken):
                continue
            taken.append((start, end))
            before = text[max(start - CONTEXT_CHARACTERS, 0) : start]
            after = text[end : end + CONTEXT_CHARACTERS]
            found.append(Passage(sort, text[start:end], before, after, start))
    return sorted(found, key=lambda one: one.start)[:MAX_PASSAGES]


def _identities(text: str) -> list[tuple[int, int]]:
    found = []
    for one in _IDENTITY.finditer(text):
        first, digits, letter = (one[1] or "").upper(), re.sub(r"\D", "", one[2]), one[3].upper()
        if len(digits) != (7 if first else 8):
            continue
        number = int(str("XYZ".index(first) if first else "") + digits)
        if LETTERS[number % len(LETTERS)] == letter:
            found.append(one.span())
    return found


def _accounts(text: str) -> list[tuple[int, int]]:
    found = []
    for one in _IBAN.finditer(text):
        start = one.start()
        # The next word may look like a part of the number: take the longest with a valid checksum.
        for end in range(one.end(), start + _MIN_IBAN_CHARACTERS - 1, -1):
            if not text[end - 1].isalnum():
                continue
            plain = re.sub(r"[ -]", "", text[start:end]).upper()
            if _MIN_IBAN_CHARACTERS <= len(plain) <= _MAX_IBAN_CHARACTERS and _is_account(plain):
                found.append((start, end))
                break
    return found


def _is_account(plain: str) -> bool:
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _phones(text: str) -> list[tuple[int, int]]:
    found = [one.span() for one in _PHONE.finditer(text)]
    abroad = (
        one.span() for one in _ABROAD.finditer(text) if _digits(one[0]) >= _MIN_FOREIGN_DIGITS
    )
    return [*found, *abroad]


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
