"""Arrange messages on a page: day separators, the line above new messages, names, folded runs.

The page's script arranges pushed messages by the same rules (static/messaging/messages/arrange.js).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Literal, TypedDict
from zoneinfo import ZoneInfo

GROUPED_WITHIN = timedelta(minutes=5)
FOLDED_FROM = 3

View = Mapping[str, Any]
"""A message as pages show it: the JSON of the contract with instants as `datetime`."""


class MessageEntry(TypedDict, total=False):
    """A day, the line above new messages, a message, or messages that retention removed.

    If `continued`, no name is shown.
    """

    kind: Literal["day", "new", "message", "removed"]
    date: date
    count: int
    message: View
    continued: bool
    messages: Sequence[View]
    from_at: datetime
    until_at: datetime


def arrange(
    messages: Iterable[View], *, zone: str, first_new: int | None = None, new_count: int = 0
) -> list[MessageEntry]:
    """Add day separators and the line above new messages; fold long runs that retention removed.

    Messages removed under one rule, with nothing between them, are one entry. A deleted message
    begins no day, since its JSON has no time.

    Args:
        messages: in order.
        zone: the reader's time zone.
        first_new: the sequence number of the first new message; no line without it.
    """
    entries: list[MessageEntry] = []
    here = ZoneInfo(zone)
    before: View | None = None
    current: date | None = None
    for run in _runs(messages, first_new):
        message = run[0]
        day = _day(message, here)
        if day and day != current:
            entries.append({"kind": "day", "date": day})
            current, before = day, None
        if first_new is not None and message["seq"] >= first_new:
            entries.append({"kind": "new", "count": new_count})
            first_new, before = None, None
        if len(run) > 1:
            times = sorted(each["expired_at"] for each in run)
            entries.append(
                {"kind": "removed", "messages": run, "from_at": times[0], "until_at": times[-1]}
            )
        else:
            continued = goes_on(before, message)
            entries.append({"kind": "message", "message": message, "continued": continued})
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


def _runs(messages: Iterable[View], first_new: int | None) -> Iterator[Sequence[View]]:
    """Yield each message alone, and long runs removed under one rule together."""

    def mark(message: View) -> tuple[str, bool] | None:
        is_new = first_new is not None and message["seq"] >= first_new
        return (message["expired"]["rule"], is_new) if message.get("expired") else None

    for removed, run in groupby(messages, mark):
        rows = list(run)
        if removed and len(rows) >= FOLDED_FROM:
            yield rows
        else:
            yield from ([row] for row in rows)


def _day(message: View, here: ZoneInfo) -> date | None:
    instant: datetime | None = message.get("created_at")
    return instant.astimezone(here).date() if instant and not message["deleted"] else None
