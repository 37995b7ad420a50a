"""Why a mail server refused an invitation, and which domain was probably meant."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from enum import StrEnum

from intranet.platform.core.mail import MailRefusedError

WORDS_LIMIT = 300
LIKENESS = 0.8
"""How alike two domains have to be for one to be taken for a typing error of the other."""
ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
FULL_CODE, ROUTE_CODE = 552, 556


class LetterRefusal(StrEnum):
    """The reason for which a letter was not accepted."""

    UNKNOWN = "unknown"
    FULL = "full"
    CLOSED = "closed"
    DOMAIN = "domain"
    BLOCKED = "blocked"
    ADDRESS = "address"
    SILENCE = "silence"
    OTHER = "other"


# Source: RFC 3463, the second and third number of an enhanced status code.
_BY_STATUS = {
    ("1", "0"): LetterRefusal.UNKNOWN,
    ("1", "1"): LetterRefusal.UNKNOWN,
    ("1", "2"): LetterRefusal.DOMAIN,
    ("1", "3"): LetterRefusal.ADDRESS,
    ("1", "6"): LetterRefusal.UNKNOWN,
    ("1", "10"): LetterRefusal.DOMAIN,
    ("2", "1"): LetterRefusal.CLOSED,
    ("2", "2"): LetterRefusal.FULL,
    ("4", "4"): LetterRefusal.DOMAIN,
}
_BY_WORDS = (
    (("full", "quota"), LetterRefusal.FULL),
    (("domain", "relay", "route", "dominio"), LetterRefusal.DOMAIN),
    (("unknown", "no such", "not exist", "not found", "no existe"), LetterRefusal.UNKNOWN),
    (("disabled", "inactive", "closed", "suspended"), LetterRefusal.CLOSED),
    (("spam", "policy", "blocked", "reject", "denied"), LetterRefusal.BLOCKED),
)


def reason_of(error: MailRefusedError) -> LetterRefusal:
    """Return the reason that a server gave: by its status code, else by its code or its words."""
    if not error.code:
        return LetterRefusal.ADDRESS
    if found := ENHANCED.search(error.words):
        subject, detail = found.groups()
        if subject == "7":
            return LetterRefusal.BLOCKED
        if reason := _BY_STATUS.get((subject, detail)):
            return reason
    if error.code == FULL_CODE:
        return LetterRefusal.FULL
    if error.code == ROUTE_CODE:
        return LetterRefusal.DOMAIN
    words = error.words.casefold()
    return next(
        (reason for parts, reason in _BY_WORDS if any(part in words for part in parts)),
        LetterRefusal.OTHER,
    )


def domain_of(email: str | None) -> str:
    """Return the part of an address after the @."""
    return (email or "").rpartition("@")[2]


def meant_domain(domain: str, known: Collection[str]) -> str | None:
    """Return the known domain that another is probably a typing error of."""
    if domain in known:
        return None
    return next(iter(get_close_matches(domain, known, 1, LIKENESS)), None)
