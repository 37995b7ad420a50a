"""Parse cells into values; an invalid cell rejects its line."""

import re
from datetime import date

from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.written_days import written_day
from intranet.organisation.accounts.operations.sign_in_names import EMAIL, EMAIL_LIMIT, NUMBER
from intranet.platform.core import clock
from intranet.platform.core.parsing import FIRST_DAY, LAST_DAY
from intranet.platform.core.spreadsheet import as_meant
from intranet.platform.core.text import fold, one_line

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CODE = re.compile(r"[\w.:/ -]+")
_DECIMALS = re.compile(r"(\d+)[.,]0+")
YES = {"yes", "y", "true", "1", "si", "s", "x", "bai", "b", "oui"}
NO = {"no", "n", "false", "0", "ez", "non"}
CODE_LIMIT = 40
YEARS_AHEAD = 10
"""A year of two digits is at most so many years from now, else it is of the last century."""


def plain(cell: str) -> str:
    """Return a cell trimmed, without the apostrophe by which spreadsheets mark text."""
    return as_meant(cell.strip())


def whole(text: str) -> str:
    """Return a number without the decimals that a spreadsheet added: `45678.0` is 45678."""
    found = _DECIMALS.fullmatch(text)
    return found[1] if found else text


def line_of_text(cell: str, column: str, limit: int) -> str:
    """Return a text on one line, as written: a name may begin with a dash. Empty if missing."""
    text = one_line(plain(cell))
    if len(text) > limit:
        raise Rejected(column, "too_long", about={"limit": limit})
    if "\ufffd" in text:
        raise Rejected(column, "characters")
    return text


def needed(text: str, column: str) -> str:
    """Return a required text."""
    if not text:
        raise Rejected(column, "missing")
    return text


def code(cell: str, column: str) -> str:
    """Parse a code: letters, digits, and the punctuation that is usual in codes."""
    text = whole(line_of_text(cell, column, CODE_LIMIT))
    if text and not _CODE.fullmatch(text):
        raise Rejected(column, "code", about={"value": text[:60]})
    return text


def day(cell: str, column: str, *, is_past: bool = False) -> date | None:
    """Parse a day in any of the forms of `written_days`.

    Args:
        is_past: whether the day is not in the future, which decides on years of two digits.
    """
    text = plain(cell)
    if not text:
        return None
    found = written_day(text, clock.now().year + (0 if is_past else YEARS_AHEAD))
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise Rejected(column, "date", about={"value": text[:60]})
    return found


def yes(cell: str, column: str) -> bool | None:
    """Parse yes or no in any of the languages; None if the cell is empty."""
    text = fold(plain(cell))
    if not text:
        return None
    if text in YES:
        return True
    if text in NO:
        return False
    raise Rejected(column, "yes_or_no", about={"value": plain(cell)[:60]})


def whole_number(cell: str, column: str, least: int, most: int) -> int | None:
    """Parse a whole number within bounds."""
    text = whole(plain(cell))
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and least <= int(text[:12]) <= most):
        about = {"value": text[:60], "least": least, "most": most}
        raise Rejected(column, "number", about=about)
    return int(text)


def choice(cell: str, column: str, known: dict[str, str]) -> str | None:
    """Parse a choice, by any of the names that it has."""
    text = fold(plain(cell))
    if not text:
        return None
    if text not in known:
        about = {"value": plain(cell)[:60], "known": ", ".join(dict.fromkeys(known.values()))}
        raise Rejected(column, "choice", about=about)
    return known[text]


def language(cell: str, column: str = "lang") -> str | None:
    """Parse a BCP 47 tag; its primary subtag is returned in lower case."""
    text = plain(cell)
    if not text:
        return None
    if len(text) > 35 or not _LANGUAGE.fullmatch(text):  # noqa: PLR2004 - RFC 5646, section 4.4.1
        raise Rejected(column, "language", about={"value": text[:60]})
    first, *more = text.split("-")
    return "-".join([first.lower(), *more])


def languages(cell: str, column: str = "languages") -> list[str]:
    """Parse language tags separated by spaces, commas or bars."""
    parts = re.split(r"[\s,;|]+", plain(cell))
    return list(dict.fromkeys(filter(None, (language(part, column) for part in parts))))[:12]


def email(cell: str, column: str = "email") -> str | None:
    """Parse an e-mail address into its stored form."""
    text = plain(cell).lower()
    if not text:
        return None
    if len(text) > EMAIL_LIMIT or not EMAIL.fullmatch(text):
        raise Rejected(column, "email", about={"value": plain(cell)[:80]})
    return text


def staff_number(cell: str, column: str = "staff_number") -> str | None:
    """Parse a staff number into its stored form."""
    text = whole(plain(cell).upper())
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise Rejected(column, "staff_number", about={"value": plain(cell)[:60]})
    return text


def phone(cell: str, column: str = "phone") -> str:
    """Parse a phone number or an extension."""
    return line_of_text(cell, column, CODE_LIMIT)


def refuse_reversed(first: date | None, last: date | None, column: str) -> None:
    """Reject a last day that is before the first day."""
    if first and last and last < first:
        about = {"first": first.isoformat(), "last": last.isoformat()}
        raise Rejected(column, "dates_reversed", about=about)
