"""Arrange messages on a page: day separators, the line above new messages, names.

The page's script arranges pushed messages by the same rules (static/messaging/messages/arrange.js).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypedDict
from zoneinfo import ZoneInfo

GROUPED_WITHIN = timedelta(minutes=5)

View = Mapping[str, Any]
"""A message as pages show it: the JSON of the contract with instants as `datetime`."""


class MessageEntry(TypedDict, total=False):
    """A day, the line above new messages, or a message; if `continued`, no name is shown."""

    kind: Literal["day", "new", "message"]
    date: date
    count: int
    message: View
    continued: bool


def arrange(
    messages: Iterable[View], *, zone: str, first_new: int | None = None, new_count: int = 0
) -> list[MessageEntry]:
    """Add day separators and the line above new messages.

    Args:
        messages: in order.
        zone: the reader's time zone.
        first_new: the sequence number of the first new message; no line without it.
    """
    entries: list[MessageEntry] = []
    here = ZoneInfo(zone)
    before: View | None = None
    current: date | None = None
    for message in messages:
        day = _day(message.get("created_at"), here)
        if day and day != current:
            entries.append({"kind": "day", "date": day})
            current, before = day, None
        if first_new is not None and message["seq"] >= first_new:
            entries.append({"kind": "new", "count": new_count})
            first_new, before = None, None
        entries.append(
            {"kind": "message", "message": message, "continued": goes_on(before, message)}
        )
        before = message
    return entries


def goes_on(before: View | None, message: View) -> bool:
    """Return whether a message continues the one before it, without repeating the name."""
    if before is None or _stands_alone(before) or _stands_alone(message):
        return False
    if _name(before) != _name(message):
        return False
    return bool(message["created_at"] - before["created_at"] < GROUPED_WITHIN)


def _stands_alone(message: View) -> bool:
    return bool(message.get("deleted") or message.get("parent_id") or message.get("pinned"))


def _name(message: View) -> tuple[str, str]:
    return str(message["author"]["id"]), message["author"]["caption"]


def _day(instant: datetime | None, here: ZoneInfo) -> date | None:
    return instant.astimezone(here).date() if instant else None
