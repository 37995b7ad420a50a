"""Values that stand after the question mark of an address, for programs: right, or refused."""

from datetime import date
from uuid import UUID

from flask import request

from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import place, require_days

NOT_TAKEN = _l("This value is not allowed here.")
PLACE_DIGITS = 15
PAGE = 50
PAGE_LIMIT = 200


def limit() -> int:
    """How many items a page of a list has: `?limit=`, at most 200.

    Raises:
        Invalid: it is no number above zero.
    """
    asked = number("limit")
    if asked == 0:
        raise Invalid({"limit": NOT_TAKEN})
    return PAGE if asked is None else min(asked, PAGE_LIMIT)


def number(name: str) -> int | None:
    """A whole number out of the address, at most the highest place; None where it is not named.

    Raises:
        Invalid: it is none.
    """
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Invalid({name: NOT_TAKEN})
    return place(text[:PLACE_DIGITS])


def number_cursor() -> int | None:
    """Where a list in the order of places goes on: after this place.

    Raises:
        Invalid: the cursor is no place.
    """
    return number("cursor") if request.args.get("cursor") else None


def identity(name: str) -> UUID | None:
    """An id out of the address; None where it is not named.

    Raises:
        Invalid: it is none.
    """
    text = request.args.get(name)
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid({name: NOT_TAKEN}) from error


def day(name: str) -> date | None:
    """A day out of the address; None where it is not named.

    Raises:
        Invalid: it is none, or so far off that it must be a slip.
    """
    text = request.args.get(name)
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid({name: NOT_TAKEN}) from error
    require_days(**{name: found})
    return found


def is_switched_on(name: str) -> bool:
    """Whether the address says `1` of something; `0` is as not naming it.

    Raises:
        Invalid: it says something else.
    """
    text = request.args.get(name, "")
    if text not in {"", "0", "1"}:
        raise Invalid({name: NOT_TAKEN})
    return text == "1"
