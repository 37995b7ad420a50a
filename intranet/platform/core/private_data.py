"""What in a text looks like a number that names one person: pointed out before it leaves.

It recognises the identity numbers of Spain by their letter, bank accounts by the remainder that
ISO 13616 prescribes, and telephone numbers and mail addresses by their shape. It forbids nothing.
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
_IBAN_SHORTEST, _IBAN_LONGEST, _DIGITS_ABROAD = 15, 34, 9
FOUND_AT_MOST = 20


class Sort(StrEnum):
    """What something looks like."""

    IDENTITY = "identity"
    ACCOUNT = "account"
    PHONE = "phone"
    MAIL = "mail"


@dataclass(frozen=True)
class Passage:
    """Something that looks like private data, with a little of what stands around it."""

    sort: Sort
    text: str
    before: str
    after: str
    start: int


AROUND = 40


def passages(text: str) -> list[Passage]:
    """What is to be pointed out in a text, in order; nothing twice."""
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
            before, after = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
            found.append(Passage(sort, text[start:end], before, after, start))
    return sorted(found, key=lambda one: one.start)[:FOUND_AT_MOST]


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
        # A word after it may look as if it belonged to it: the longest that is right counts.
        for end in range(one.end(), start + _IBAN_SHORTEST - 1, -1):
            if not text[end - 1].isalnum():
                continue
            plain = re.sub(r"[ -]", "", text[start:end]).upper()
            if _IBAN_SHORTEST <= len(plain) <= _IBAN_LONGEST and _is_account(plain):
                found.append((start, end))
                break
    return found


def _is_account(plain: str) -> bool:
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _phones(text: str) -> list[tuple[int, int]]:
    found = [one.span() for one in _PHONE.finditer(text)]
    abroad = (one.span() for one in _ABROAD.finditer(text) if _digits(one[0]) >= _DIGITS_ABROAD)
    return [*found, *abroad]


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
