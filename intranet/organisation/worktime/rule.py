"""The rule for quiet times, as pure functions: facts in, an instant out.

1. An absent person has a quiet time until they are back at work, whatever else applies.
2. A person on duty can be notified, whether by a shift or on call.
3. On a day that a shift touches, the usual hours do not count. On call changes no hours.
4. A person who chose to be notified at any time can be, if their agencies allow it. So can people
   of agencies without quiet times.
5. Everybody else can be notified in their hours: those of their own week, or else of the agency.
   A chosen window of the day narrows these hours; it exceeds them only if the agency allows it.
   No hours count on a holiday of the agency.
6. A person of several agencies has a quiet time only while all of them have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from intranet.organisation.people.availability import WEEKDAYS

MAX_QUIET_PERIOD = timedelta(days=60)
"""The longest that a notification is held back."""

CLOCK_RESOLUTION = timedelta(microseconds=1)


class Span(NamedTuple):
    """A range of times of day, the end excluded."""

    opens: time
    closes: time


class Stretch(NamedTuple):
    """A range of instants, the end excluded."""

    since: datetime
    until: datetime


Week = tuple[Span | None, ...]
"""The hours of each weekday, Monday first."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """An agency's zone, hours, holidays and quiet settings."""

    zone: str
    week: Week
    holidays: frozenset[date]
    is_quiet_outside: bool = True
    lets_loosen: bool = True


@dataclass(frozen=True, slots=True)
class Own:
    """A person's own week, and their choice of notification hours."""

    week: Week | None = None
    is_always: bool = False
    window: Span | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """A person's shifts, times on call and absences ahead."""

    shifts: Sequence[Stretch] = ()
    on_call: Sequence[Stretch] = ()
    absences: Sequence[Stretch] = ()


USUAL = Own()
NOTHING_AHEAD = Roster()


def quiet_end(
    now: datetime, places: Sequence[Workplace], own: Own = USUAL, ahead: Roster = NOTHING_AHEAD
) -> datetime | None:
    """Return when a quiet time ends, at most `MAX_QUIET_PERIOD` ahead; None without one."""
    limit = now + MAX_QUIET_PERIOD
    worked = [_shift_days(ahead.shifts, place.zone) for place in places]
    at, was_away = now, False
    while at < limit:
        if absence := _covering(ahead.absences, at):
            at, was_away = absence.until, True
            continue
        if (_is_open(places, own) or not places) and not was_away:
            opens = at
        else:
            starts = [*_duty_starts(ahead, at)]
            starts += [
                start
                for place, days in zip(places, worked, strict=True)
                if (start := _next_start(at, limit, place, own, days))
            ]
            opens = min(starts, default=at if not places else limit)
        if opens >= limit:
            return limit
        if _covering(ahead.absences, opens):
            at = opens
            continue
        return opens if opens > now else None
    return limit


def open_end(
    now: datetime, places: Sequence[Workplace], own: Own = USUAL, ahead: Roster = NOTHING_AHEAD
) -> datetime | None:
    """Return when the next quiet time begins; None if it is quiet now, or never will be."""
    if _is_open(places, own) or not places or quiet_end(now, places, own, ahead):
        return None
    worked = [_shift_days(ahead.shifts, place.zone) for place in places]
    at, limit = now, now + MAX_QUIET_PERIOD
    while at < limit:
        ends = [each.until for each in (*ahead.shifts, *ahead.on_call) if each.since <= at]
        ends += [
            _end_of(at, place, own)
            for place, days in zip(places, worked, strict=True)
            if _next_start(at, limit, place, own, days) == at
        ]
        later = max(ends, default=at)
        if later <= at:
            break
        at = later
    return min([at, *(each.since for each in ahead.absences if each.since > now)])


def week_of(given: Mapping[str, Mapping[str, str]]) -> Week:
    """Parse a stored week, by weekday: `{"mon": {"from": "08:00", "to": "15:00"}}`."""
    return tuple(_span(given.get(name)) for name in WEEKDAYS)


def span_on(day: date, place: Workplace, own: Own = USUAL) -> Span | None:
    """Return the person's hours on a day, ignoring shifts; None if they do not work."""
    hours = (own.week or place.week)[day.weekday()]
    if hours is None or day in place.holidays:
        return None
    if own.window is None or place.lets_loosen:
        return own.window or hours
    narrowed = Span(max(hours.opens, own.window.opens), min(hours.closes, own.window.closes))
    return narrowed if narrowed.opens < narrowed.closes else hours


@lru_cache(16_384)
def instant(day: date, at: time, zone: str) -> datetime:
    """Return the instant of a time of day in a zone, in UTC.

    When clocks go back, the first of two such times is meant. A time that is skipped when clocks go
    forward is moved by as much.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _is_open(places: Sequence[Workplace], own: Own) -> bool:
    """Return whether hours are ignored: by the person's choice, if allowed, or an agency's rule."""
    may_choose = all(place.lets_loosen for place in places)
    return (own.is_always and may_choose) or not all(place.is_quiet_outside for place in places)


def _next_start(
    at: datetime, limit: datetime, place: Workplace, own: Own, shift_days: frozenset[date]
) -> datetime | None:
    """Return when the hours next begin, at the earliest now; None beyond the limit."""
    day = at.astimezone(ZoneInfo(place.zone)).date()
    for ahead in range(MAX_QUIET_PERIOD.days + 2):
        that_day = day + timedelta(days=ahead)
        span = None if that_day in shift_days else span_on(that_day, place, own)
        if span is None or instant(that_day, span.closes, place.zone) <= at:
            continue
        start = max(instant(that_day, span.opens, place.zone), at)
        return start if start < limit else None
    return None


def _end_of(at: datetime, place: Workplace, own: Own) -> datetime:
    """Return when the hours that have begun end."""
    day = at.astimezone(ZoneInfo(place.zone)).date()
    span = span_on(day, place, own)
    return instant(day, span.closes, place.zone) if span else at


def _duty_starts(ahead: Roster, at: datetime) -> Iterable[datetime]:
    """Yield when each duty that is not over begins, at the earliest now."""
    for stretch in (*ahead.shifts, *ahead.on_call):
        if stretch.until > at:
            yield max(stretch.since, at)


def _covering(stretches: Iterable[Stretch], at: datetime) -> Stretch | None:
    return next((each for each in stretches if each.since <= at < each.until), None)


def _shift_days(shifts: Sequence[Stretch], zone: str) -> frozenset[date]:
    """Return the local days that shifts touch."""
    days: set[date] = set()
    for shift in shifts:
        first = shift.since.astimezone(ZoneInfo(zone)).date()
        last = (shift.until - CLOCK_RESOLUTION).astimezone(ZoneInfo(zone)).date()
        days.update(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return frozenset(days)


def _span(hours: Mapping[str, str] | None) -> Span | None:
    if not hours:
        return None
    return Span(time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"]))
