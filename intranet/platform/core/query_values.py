"""Parse the query parameters of REST calls, and refuse invalid ones."""

from datetime import date
from uuid import UUID

from flask import request

from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import parse_position, require_days

NOT_TAKEN = _l("This value is not allowed here.")
PLACE_DIGITS = 15
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


def limit() -> int:
    """Return the page size from `?limit=`, at most 200.

    Raises:
        Invalid: it is not a number above zero.
    """
    asked = number("limit")
    if asked == 0:
        raise Invalid({"limit": NOT_TAKEN})
    return PAGE_SIZE if asked is None else min(asked, MAX_PAGE_SIZE)


def number(name: str) -> int | None:
    """Return a whole number from the query, clamped to the highest position; None if absent.

    Raises:
        Invalid: the value is not a whole number.
    """
    text = request.args.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise Invalid({name: NOT_TAKEN})
    return parse_position(text[:PLACE_DIGITS])


def number_cursor() -> int | None:
    """Return the position after which a list continues.

    Raises:
        Invalid: the cursor is not a position.
    """
    return number("cursor") if request.args.get("cursor") else None


def identity(name: str) -> UUID | None:
    """Return an id from the query; None if absent.

    Raises:
        Invalid: the value is not an id.
    """
    text = request.args.get(name)
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid({name: NOT_TAKEN}) from error


def day(name: str) -> date | None:
    """Return a date from the query; None if absent.

    Raises:
        Invalid: the value is not a date, or too far away to be meant.
    """
    text = request.args.get(name)
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid({name: NOT_TAKEN}) from error
    require_days(**{name: found})
    return found


def is_switched_on(name: str) -> bool:
    """Return whether a query parameter is `1`; `0` is the same as absent.

    Raises:
        Invalid: it has another value.
    """
    text = request.args.get(name, "")
    if text not in {"", "0", "1"}:
        raise Invalid({name: NOT_TAKEN})
    return text == "1"
