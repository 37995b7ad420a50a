"""The rule: until when somebody is left in peace. It is pure: facts come in, an instant goes out.

1. Who is away is quiet until they are back at work, whatever else holds.
2. Who is on duty may be told, by a shift or on call.
3. On a day that a shift touches the usual hours do not count; what is on call changes no hours.
4. Who chose to be told always may be told, where their agencies let them; and so may whose agency
   has no quiet outside its hours.
5. Everybody else may be told in their hours: those of their own week where they gave one, else of
   the agency's; from when to when they chose, if they did, and within these hours unless the agency
   lets them go beyond; never on a holiday of the agency.
6. Who works for several agencies is quiet only while all of them are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from intranet.organisation.people.availability import WEEKDAYS

LONGEST = timedelta(days=60)
"""Nothing is held back for longer."""

MOMENT = timedelta(microseconds=1)


class Span(NamedTuple):
    """From one time of day to another, the last one excluded."""

    opens: time
    closes: time


class Stretch(NamedTuple):
    """From one instant to another, the last one excluded."""

    since: datetime
    until: datetime


Week = tuple[Span | None, ...]
"""What is worked on each weekday, Monday first."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """An agency, as far as it matters here."""

    zone: str
    week: Week
    holidays: frozenset[date]
    is_quiet_outside: bool = True
    lets_loosen: bool = True


@dataclass(frozen=True, slots=True)
class Own:
    """What a person has of their own: a week, and what they chose."""

    week: Week | None = None
    is_always: bool = False
    window: Span | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """What a person has ahead: shifts, times on call and absences."""

    shifts: Sequence[Stretch] = ()
    on_call: Sequence[Stretch] = ()
    absences: Sequence[Stretch] = ()


USUAL = Own()
NOTHING_AHEAD = Roster()


def quiet_end(
    now: datetime, places: Sequence[Workplace], own: Own = USUAL, ahead: Roster = NOTHING_AHEAD
) -> datetime | None:
    """Until when somebody is left in peace, at most for `LONGEST`; None if they may be told now."""
    limit = now + LONGEST
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
    """Until when somebody may be told who may be now; None if they may not, or if it has no end."""
    if _is_open(places, own) or not places or quiet_end(now, places, own, ahead):
        return None
    worked = [_shift_days(ahead.shifts, place.zone) for place in places]
    at, limit = now, now + LONGEST
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
    """A week as it is stored, by weekday: `{"mon": {"from": "08:00", "to": "15:00"}}`."""
    return tuple(_span(given.get(name)) for name in WEEKDAYS)


def span_on(day: date, place: Workplace, own: Own = USUAL) -> Span | None:
    """From when to when somebody works on a day, shifts aside; None if they do not."""
    hours = (own.week or place.week)[day.weekday()]
    if hours is None or day in place.holidays:
        return None
    if own.window is None or place.lets_loosen:
        return own.window or hours
    narrowed = Span(max(hours.opens, own.window.opens), min(hours.closes, own.window.closes))
    return narrowed if narrowed.opens < narrowed.closes else hours


@lru_cache(16_384)
def instant(day: date, at: time, zone: str) -> datetime:
    """The instant of a time of day in a zone, in UTC.

    One that comes twice, when clocks go back, is the first; one that does not come is as much later
    as the clocks go forward.
    """
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _is_open(places: Sequence[Workplace], own: Own) -> bool:
    """Whether hours say nothing: by one's own choice, if it may be made, or the agency's."""
    may_choose = all(place.lets_loosen for place in places)
    return (own.is_always and may_choose) or not all(place.is_quiet_outside for place in places)


def _next_start(
    at: datetime, limit: datetime, place: Workplace, own: Own, shift_days: frozenset[date]
) -> datetime | None:
    """When the hours begin next, or this instant if they have begun; None beyond the limit."""
    day = at.astimezone(ZoneInfo(place.zone)).date()
    for ahead in range(LONGEST.days + 2):
        that_day = day + timedelta(days=ahead)
        span = None if that_day in shift_days else span_on(that_day, place, own)
        if span is None or instant(that_day, span.closes, place.zone) <= at:
            continue
        start = max(instant(that_day, span.opens, place.zone), at)
        return start if start < limit else None
    return None


def _end_of(at: datetime, place: Workplace, own: Own) -> datetime:
    """When the hours end that have begun."""
    day = at.astimezone(ZoneInfo(place.zone)).date()
    span = span_on(day, place, own)
    return instant(day, span.closes, place.zone) if span else at


def _duty_starts(ahead: Roster, at: datetime) -> Iterable[datetime]:
    """When duty begins that is not over; this instant for what has begun."""
    for stretch in (*ahead.shifts, *ahead.on_call):
        if stretch.until > at:
            yield max(stretch.since, at)


def _covering(stretches: Iterable[Stretch], at: datetime) -> Stretch | None:
    return next((each for each in stretches if each.since <= at < each.until), None)


def _shift_days(shifts: Sequence[Stretch], zone: str) -> frozenset[date]:
    """The days that shifts touch where somebody works."""
    days: set[date] = set()
    for shift in shifts:
        first = shift.since.astimezone(ZoneInfo(zone)).date()
        last = (shift.until - MOMENT).astimezone(ZoneInfo(zone)).date()
        days.update(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return frozenset(days)


def _span(hours: Mapping[str, str] | None) -> Span | None:
    if not hours:
        return None
    return Span(time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"]))
