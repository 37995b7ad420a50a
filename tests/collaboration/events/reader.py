"""A reader of calendars of our own making: as RFC 5545 says, with nothing but what stands there.

Zones are reckoned from the VTIMEZONE in the file, never from this machine's. It shares no line
with what writes calendars, nor with the libraries that do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


@dataclass
class Part:
    """A component: its lines as (name, parameters, value), and those within it."""

    name: str
    lines: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return any(line[0] == name for line in self.lines)

    def get(self, name: str) -> tuple[dict[str, str], str]:
        return next(line[1:] for line in self.lines if line[0] == name)

    def all(self, name: str) -> list[tuple[dict[str, str], str]]:
        return [line[1:] for line in self.lines if line[0] == name]


@dataclass(frozen=True)
class Row:
    """One time at which something is."""

    uid: str
    summary: str
    begins: datetime
    ends: datetime


def read(text: str) -> list[Row]:
    """All times of a calendar, the first first; of what has no end ten years."""
    calendar = _parsed(text)
    zones = {part.get("TZID")[1]: part for part in calendar.parts if part.name == "VTIMEZONE"}
    events = [part for part in calendar.parts if part.name == "VEVENT"]
    others = {
        (part.get("UID")[1], _moment(*part.get("RECURRENCE-ID"))): part
        for part in events
        if part.has("RECURRENCE-ID")
    }
    rows = []
    for part in events:
        if part.has("RECURRENCE-ID"):
            rows.append(_row(part, zones))
            continue
        left = {
            _moment(parameters, each)
            for parameters, value in part.all("EXDATE")
            for each in value.split(",")
        }
        zone = part.get("DTSTART")[0].get("TZID")
        first, last = _row(part, zones).begins, _row(part, zones).ends
        for local in _repeated(part):
            if local in left or (part.get("UID")[1], local) in others:
                continue
            begins = _instant(local, zone, zones)
            rows.append(Row(part.get("UID")[1], _text(part), begins, begins + (last - first)))
    return sorted(rows, key=lambda row: row.begins)


def _parsed(text: str) -> Part:
    stack = [Part("")]
    for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n"):
        if not line:
            continue
        head, value = _halves(line)
        name, *more = head.split(";")
        if name == "BEGIN":
            stack.append(Part(value))
        elif name == "END":
            done = stack.pop()
            assert done.name == value
            stack[-1].parts.append(done)
        else:
            parameters = dict(each.split("=", 1) for each in more)
            stack[-1].lines.append((name, parameters, value))
    assert len(stack) == 1
    (calendar,) = stack[0].parts
    return calendar


def _halves(line: str) -> tuple[str, str]:
    quoted = False
    for at, sign in enumerate(line):
        if sign == '"':
            quoted = not quoted
        if sign == ":" and not quoted:
            return line[:at], line[at + 1 :]
    raise AssertionError(line)


def _row(part: Part, zones: dict[str, Part]) -> Row:
    begins, ends = (
        _instant(_moment(*part.get(name)), part.get(name)[0].get("TZID"), zones)
        for name in ("DTSTART", "DTEND")
    )
    return Row(part.get("UID")[1], _text(part), begins, ends)


def _text(part: Part) -> str:
    plain = {"n": "\n", "N": "\n"}
    return re.sub(r"\\(.)", lambda found: plain.get(found[1], found[1]), part.get("SUMMARY")[1])


def _moment(_parameters: dict[str, str], value: str) -> datetime:
    if len(value) == 8:
        return datetime.combine(datetime.strptime(value, "%Y%m%d").date(), time.min)  # noqa: DTZ007 - by the clock
    return datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - by the clock


def _instant(local: datetime, zone: str | None, zones: dict[str, Part]) -> datetime:
    if zone is None or zone == "UTC":
        return local.replace(tzinfo=UTC)
    changes = []
    for rule in zones[zone].parts:
        offset = _offset(rule.get("TZOFFSETTO")[1])
        before = _offset(rule.get("TZOFFSETFROM")[1])
        onsets = [_moment(*rule.get("DTSTART"))]
        onsets += [
            _moment({}, each) for _p, value in rule.all("RDATE") for each in value.split(",")
        ]
        changes += [(onset, before, offset) for onset in onsets]
    changes.sort(key=lambda change: change[0] - change[1])
    found = changes[0][1]
    for onset, before, offset in changes:
        # A time that is shown twice is the first of two; one that is left out is as before.
        if local >= onset and not (offset > before and local < onset + (offset - before)):
            found = offset
    return (local - found).replace(tzinfo=UTC)


def _offset(text: str) -> timedelta:
    hours, minutes = int(text[1:3]), int(text[3:5])
    return (-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)


def _repeated(part: Part) -> Iterator[datetime]:
    first = _moment(*part.get("DTSTART"))
    if not part.has("RRULE"):
        yield first
        return
    rule = part.get("RRULE")
    parts = dict(each.split("=") for each in rule[1].split(";"))
    left = int(parts.get("COUNT", 10**6))
    until = _moment({}, parts["UNTIL"]) + timedelta(days=1) if "UNTIL" in parts else None
    for day in _days(first.date(), parts):
        local = datetime.combine(day, first.time())
        if left == 0 or (until and local > until) or (until and _after(local, parts["UNTIL"])):
            return
        left -= 1
        yield local


def _after(local: datetime, until: str) -> bool:
    return local.date() > _moment({}, until).date() + timedelta(
        days=1 if until.endswith("Z") else 0
    )


def _days(first: date, parts: dict[str, Any]) -> Iterator[date]:
    step = int(parts.get("INTERVAL", 1))
    names = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    monday = first - timedelta(days=first.weekday())
    for ahead in range(10 * 366):
        day = first + timedelta(days=ahead)
        months = (day.year - first.year) * 12 + day.month - first.month
        fits = {
            "DAILY": ahead % step == 0,
            "WEEKLY": (day - monday).days // 7 % step == 0
            and (bool(names) or day.weekday() == first.weekday()),
            "MONTHLY": months % step == 0 and (bool(names) or day.day == first.day),
            "YEARLY": (day.year - first.year) % step == 0
            and (day.month, day.day) == (first.month, first.day),
        }[parts["FREQ"]]
        if fits and (not names or any(_is(day, name) for name in names)):
            yield day


def _is(day: date, name: str) -> bool:
    if DAYS[day.weekday()] != name[-2:]:
        return False
    place = name[:-2]
    if place.startswith("-"):
        return (day + timedelta(days=7)).month != day.month
    return not place or (day.day + 6) // 7 == int(place)
