"""Write a calendar (.ics) to standard output as lines of a duty roster. See `sheets.py`.

There is one line for each event and each of its people: attendees by their e-mail address, and
people whose staff number or address is in the title. An event is on call if its title or
category says so. Times with a zone are written in UTC; others are in the agency's zone. A
recurring event is written once for each occurrence from yesterday on, for some months.
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

from intranet.platform.core.subprocesses import EXIT_DAMAGED, EXIT_TOO_MUCH, limit_process

MEMORY_BYTES = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 100
WRITTEN_BYTES = 64 * 1024 * 1024
RECURRENCE_PERIOD = timedelta(days=400)
"""How far ahead recurring events are written: a year's roster, and some weeks more."""
MAX_OCCURRENCES = 2_000
"""The limit of occurrences of a rule: a rule for every second would exhaust the memory."""
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
        today: the day as 2026-12-24; occurrences are written from the day before.

    Returns:
        0; `EXIT_DAMAGED` if it cannot be read; `EXIT_TOO_MUCH` if it exceeds a limit,
        unless the system ends the process first.
    """
    limit_process(
        memory_bytes=MEMORY_BYTES, processor_seconds=PROCESSOR_SECONDS, written_bytes=WRITTEN_BYTES
    )
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path as the command line has it
            data = file.read()
        if END not in data.upper():  # truncated: it would be read as a shorter calendar
            return EXIT_DAMAGED
        calendars = Calendar.from_ical(data, multiple=True)
        first = date.fromisoformat(today) - timedelta(days=1)
        _write([event for each in calendars for event in _events(each, first)])
    except (MemoryError, OSError):  # it exceeds the memory or the output limit
        return EXIT_TOO_MUCH
    except Exception:  # noqa: BLE001 - any error means a damaged file
        return EXIT_DAMAGED
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
    """Yield the events, with each occurrence of a recurring event, changed ones included.

    A recurring event without future occurrences is yielded once. An event whose rule cannot be
    read, or has too many occurrences, keeps its rule.
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
        ahead = takewhile(lambda each: _day_of(each) < first + RECURRENCE_PERIOD, times)
        found = list(islice(ahead, MAX_OCCURRENCES + 1))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - any error means an unreadable rule
        return [event]
    if len(found) > MAX_OCCURRENCES:
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
    """Return staff numbers and addresses; a pair of empty values if there is nobody."""
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
    """Return the beginning and end; empty if unknown, or marked as recurring."""
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
