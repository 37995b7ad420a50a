"""Writes a calendar (.ics) to standard output as lines of a duty roster. See `sheets.py`.

A line for each event and each person in it: who attends, by their e-mail address, or whose staff
number or address stands in the title. One whose title or category says so is on call. Times in a
zone are written in UTC, so that they need no further word; others are the agency's own. One that
repeats is written for each time that it takes place from yesterday on, for some months.
"""

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from intranet.platform.core.apart import DAMAGED, TOO_MUCH, limit_process

MEMORY_BYTES = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 100
WRITTEN_BYTES = 64 * 1024 * 1024
AHEAD = timedelta(days=400)
"""How far ahead what repeats is written: a year's roster, and some weeks more."""
MOST = 2_000
"""No duty is on so many times: a rule of every second would fill the memory."""
REPEATS = "RRULE"
HEADER = ("staff_number", "email", "from", "to", "kind", "note")
MAILTO = "mailto:"
END = b"END:VCALENDAR"
_ON_CALL = re.compile(r"gu[aà]rdia|garda|zaintza|ret[eé]n|on.?call", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:]+")
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]*\d[A-Za-z0-9./_-]*|\d+")


def main(path: str, today: str) -> int:
    """Write the events of a calendar.

    Args:
        path: of the calendar.
        today: the day as 2026-12-24; what repeats is written from the day before.

    Returns:
        0; `DAMAGED` where it cannot be read; `TOO_MUCH`, or by the system's own hand, where it
        takes too much.
    """
    limit_process(
        memory_bytes=MEMORY_BYTES, processor_seconds=PROCESSOR_SECONDS, written_bytes=WRITTEN_BYTES
    )
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path as the command line has it
            data = file.read()
        if END not in data.upper():  # it was cut off, and would be read as if it were short
            return DAMAGED
        calendars = Calendar.from_ical(data, multiple=True)
        first = date.fromisoformat(today) - timedelta(days=1)
        _write([event for each in calendars for event in _events(each, first)])
    except (MemoryError, OSError):  # there is more than may be kept or written
        return TOO_MUCH
    except Exception:  # noqa: BLE001 - whatever is wrong in it, it is damaged
        return DAMAGED
    return 0


def _write(events: Iterable[Any]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    number = 0
    writer.writerow([number, *HEADER])
    for event in events:
        for cells in _lines(event):
            number += 1
            writer.writerow([number, *(" ".join(cell.split()) for cell in cells)])
    sys.stdout.flush()


def _events(calendar: Calendar, first: date) -> Iterator[Any]:
    """The events, each that repeats as often as it takes place, with what was changed of one time.

    One that is over stands there once; one whose rule cannot be read still has it.
    """
    changed: dict[str, list[Any]] = defaultdict(list)
    repeated = []
    events = calendar.walk("VEVENT")
    for event in events:
        if "RECURRENCE-ID" in event:
            changed[str(event.get("UID", ""))].append(event)
        elif _repeats(event):
            repeated.append(str(event.get("UID", "")))
    for event in events:
        uid = str(event.get("UID", ""))
        if _repeats(event):
            yield from _occurrences(calendar, event, changed[uid], first)
        elif "RECURRENCE-ID" not in event or uid not in repeated:
            yield event


def _occurrences(
    calendar: Calendar, event: Any, changed: Sequence[Any], first: date
) -> Sequence[Any]:
    one = Calendar(calendar)
    for part in (*calendar.walk("VTIMEZONE"), event, *changed):
        one.add_component(part)
    try:
        times = recurring_ical_events.of(one).after(datetime.combine(first, time()))
        ahead = takewhile(lambda each: _day_of(each) < first + AHEAD, times)
        found = list(islice(ahead, MOST + 1))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever is wrong in it, its rule says nothing
        return [event]
    if len(found) > MOST:
        return [event]
    if not found:
        event.pop("RRULE", None)
        event.pop("RDATE", None)
    return found or [event]


def _day_of(event: Any) -> date:
    start: date = event["DTSTART"].dt
    return start.date() if isinstance(start, datetime) else start


def _repeats(event: Any) -> bool:
    return "RRULE" in event or "RDATE" in event


def _lines(event: Any) -> Iterator[tuple[str, ...]]:
    title = str(event.get("SUMMARY", "")).replace("\0", " ")
    categories = " ".join(map(str, getattr(event.get("CATEGORIES"), "cats", ())))
    kind = "on_call" if _ON_CALL.search(f"{title} {categories}") else ""
    since, until = _moments(event)
    for number, email in _people(event, title):
        yield number, email, since, until, kind, title


def _people(event: Any, title: str) -> list[tuple[str, str]]:
    """Staff numbers and addresses; a pair of nothing where there is nobody."""
    given = event.get("ATTENDEE", [])
    attendees = given if isinstance(given, list) else [given]
    emails = [str(each) for each in attendees]
    emails = [text[len(MAILTO) :] for text in emails if text.lower().startswith(MAILTO)]
    emails = emails or _EMAIL.findall(title)
    if emails:
        return [("", email) for email in dict.fromkeys(emails)]
    numbers = _NUMBER.findall(title)
    return [(numbers[0] if numbers else "", "")]


def _moments(event: Any) -> tuple[str, str]:
    """When it begins and ends; what cannot be said is left empty, or says that it repeats."""
    if _repeats(event):
        return REPEATS, REPEATS
    start = getattr(event.get("DTSTART"), "dt", None)
    end = getattr(event.get("DTEND"), "dt", None)
    lasts = getattr(event.get("DURATION"), "dt", None)
    if start is None:
        return "", ""
    if end is None and isinstance(lasts, timedelta):
        end = start + lasts
    elif end is None and not isinstance(start, datetime):
        end = start + timedelta(days=1)
    return _text(start), _text(end)


def _text(moment: object) -> str:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            return f"{moment:%Y-%m-%d %H:%M}"
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}Z"
    return f"{moment:%Y-%m-%d} 00:00" if isinstance(moment, date) else ""


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main(*sys.argv[1:]))
