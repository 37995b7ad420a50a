"""Queries for quiet times, calendars and duties."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person, Showing
from intranet.organisation.people.queries import in_parts
from intranet.organisation.worktime import statements
from intranet.organisation.worktime.models import (
    CalendarDay,
    DayScope,
    Duty,
    DutyKind,
    OwnHours,
    WorkingTime,
)
from intranet.organisation.worktime.public_holidays import Holiday, holidays_of
from intranet.organisation.worktime.rule import (
    MAX_QUIET_PERIOD,
    NOTHING_AHEAD,
    USUAL,
    Own,
    Roster,
    Span,
    Stretch,
    Workplace,
    open_end,
    quiet_end,
    week_of,
)
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import Localized

USUAL_WEEK = {day: {"from": "08:00", "to": "15:00"} for day in ("mon", "tue", "wed", "thu", "fri")}

LONGEST_DAY = timedelta(hours=25)
"""The length of the longest day: clocks go back."""


@dataclass(frozen=True)
class NotificationWaves:
    """How many people are notified now, and how many at each later time, earliest first."""

    now: int
    waves: tuple[tuple[datetime, int], ...]

    @property
    def later(self) -> int:
        """How many people are notified later."""
        return sum(count for _at, count in self.waves)

    @property
    def first_at(self) -> datetime | None:
        """The first later time at which people are notified; None if there is none."""
        return self.waves[0][0] if self.waves else None

    @property
    def last_at(self) -> datetime | None:
        """The last later time at which people are notified; None if there is none."""
        return self.waves[-1][0] if self.waves else None


@dataclass(frozen=True)
class Peace:
    """A person's current or next quiet time, in UTC.

    `ends` is set if it is quiet at this instant. Otherwise `begins` is when the next quiet time
    begins, None if never, and `then_ends` is when that ends.
    """

    ends: datetime | None
    begins: datetime | None = None
    then_ends: datetime | None = None


@dataclass(frozen=True)
class YearDay:
    """A day of an agency's calendar.

    It is official if it is a holiday of the agency's territory. An official one that the agency
    works on is not `is_holiday`.
    """

    day: date
    scope: DayScope
    name: Localized
    is_official: bool
    is_holiday: bool = True


def quiet_until(person_ids: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """Return which of these people are in a quiet time now, each with its end in UTC.

    A missing person can be notified now. A quiet time ends when they are next at work or on duty,
    after 60 days at the latest. Urgent notifications ignore it. The rule is in `rule.py`. Six
    statements, however many people.
    """
    found: dict[UUID, datetime] = {}
    for some in in_parts(person_ids):
        places_of = _places(some, now)
        own = _own(some)
        ahead = _rosters(some, now)
        known: dict[tuple[int, ...], datetime | None] = {}
        for person_id in some:
            places = places_of.get(person_id, ())
            theirs = own.get(person_id, USUAL)
            roster = ahead.get(person_id)
            # Most people of an agency have the same hours and no roster: share their results.
            key = (*map(id, places), id(theirs))
            if roster:
                ends = quiet_end(now, places, theirs, roster)
            elif key in known:
                ends = known[key]
            else:
                ends = known[key] = quiet_end(now, places, theirs)
            if ends:
                found[person_id] = ends
    return found


def when_reached(person_ids: Collection[UUID], now: datetime) -> NotificationWaves:
    """Count these people by when they can be notified.

    People who do not show their hours are not counted: for one person, or a few, the counts would
    reveal them.
    """
    unique = showing_hours(person_ids)
    quiet = quiet_until(unique, now)
    return NotificationWaves(
        len(unique) - len(quiet), tuple(sorted(Counter(quiet.values()).items()))
    )


def showing_hours(person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people let others see their hours."""
    return {
        person_id
        for some in in_parts(person_ids)
        for person_id in db.session.scalars(
            select(Person.id).where(Person.id.in_(some), Person.showing == Showing.HOURS)
        )
    }


def working_time(agency: Agency) -> WorkingTime:
    """Return an agency's working time, or the default if none is stored."""
    return db.session.get(WorkingTime, agency.id) or WorkingTime(
        agency_id=agency.id,
        week=dict(USUAL_WEEK),
        is_quiet_outside=True,
        lets_loosen=False,
        version=0,
    )


def may_loosen(person: Person, now: datetime) -> bool:
    """Return whether a person may choose to be notified outside the hours of their agencies."""
    return all(place.lets_loosen for place in _places([person.id], now).get(person.id, ()))


def within_hours(person: Person, window: Span, now: datetime) -> bool:
    """Return whether a window of the day lies within the person's hours of any weekday."""
    places = _places([person.id], now).get(person.id, ())
    weeks = [week_of(person.week)] if person.week else [place.week for place in places]
    spans = [span for week in weeks for span in week if span]
    return any(span.opens <= window.opens and window.closes <= span.closes for span in spans)


def calendar_of(agency: Agency, year: int) -> list[YearDay]:
    """Return an agency's calendar of a year by day: official holidays and its differences."""
    official = holidays_of(agency.territory, agency.time_zone, year)
    rows = db.session.scalars(
        select(CalendarDay).where(
            CalendarDay.agency_id == agency.id,
            CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    days = {each.day: _of_official(each) for each in official.values()}
    days |= {
        row.day: YearDay(row.day, row.scope, row.name, row.day in official, row.is_holiday)
        for row in rows
    }
    return sorted(days.values(), key=lambda each: each.day)


def quiet_time_of(person_id: UUID, now: datetime) -> Peace:
    """Return a person's quiet time, with six statements; for many people use `quiet_until`."""
    places = _places([person_id], now).get(person_id, ())
    own = _own([person_id]).get(person_id, USUAL)
    ahead = _rosters([person_id], now).get(person_id, NOTHING_AHEAD)
    if ends := quiet_end(now, places, own, ahead):
        return Peace(ends)
    begins = open_end(now, places, own, ahead)
    return Peace(None, begins, quiet_end(begins, places, own, ahead) if begins else None)


def own_hours(person_id: UUID) -> OwnHours | None:
    """Return a person's own notification hours, if they set any."""
    return db.session.get(OwnHours, person_id)


def duties_ahead(person_id: UUID, now: datetime, limit: int) -> Sequence[Duty]:
    """Return a person's duties that are not over, earliest first."""
    rows = select(Duty).where(Duty.person_id == person_id, Duty.until > now)
    return db.session.scalars(rows.order_by(Duty.since, Duty.id).limit(limit)).all()


def _of_official(holiday: Holiday) -> YearDay:
    return YearDay(holiday.day, holiday.scope, holiday.name, is_official=True)


def _places(person_ids: Sequence[UUID], now: datetime) -> dict[UUID, tuple[Workplace, ...]]:
    """Return the workplaces of each of these people; colleagues share one object per agency."""
    of_person: dict[UUID, dict[UUID, None]] = {}
    agencies: dict[UUID, tuple[str | None, str]] = {}
    held: Iterable[Any] = execute_prepared(
        statements.agencies_query(), person_ids=person_ids, now=now
    )
    for person_id, agency_id, territory, zone in held:
        of_person.setdefault(person_id, {})[agency_id] = None
        agencies[agency_id] = (territory, zone)
    places = _workplaces(agencies, now)
    return {
        person_id: tuple(places[agency_id] for agency_id in theirs)
        for person_id, theirs in of_person.items()
    }


def _workplaces(
    agencies: dict[UUID, tuple[str | None, str]], now: datetime
) -> dict[UUID, Workplace]:
    first, last = now.date() - timedelta(days=1), now.date() + MAX_QUIET_PERIOD + timedelta(days=2)
    holidays: dict[UUID, set[date]] = {}
    for agency_id, (territory, zone) in agencies.items():
        holidays[agency_id] = {
            day
            for year in range(first.year, last.year + 1)
            for day in holidays_of(territory, zone, year)
            if first <= day <= last
        }
    ids = list(agencies)
    differing: Iterable[Any] = execute_prepared(
        statements.differing(), ids=ids, first=first, last=last
    )
    for agency_id, day, is_holiday in differing:
        (holidays[agency_id].add if is_holiday else holidays[agency_id].discard)(day)
    said: dict[UUID, Any] = {
        row.agency_id: row for row in execute_prepared(statements.working_times(), ids=ids)
    }
    return {
        agency_id: Workplace(
            zone,
            week_of(said[agency_id].week if agency_id in said else USUAL_WEEK),
            frozenset(holidays[agency_id]),
            said[agency_id].is_quiet_outside if agency_id in said else True,
            said[agency_id].lets_loosen if agency_id in said else False,
        )
        for agency_id, (_territory, zone) in agencies.items()
    }


def _own(person_ids: Sequence[UUID]) -> dict[UUID, Own]:
    """Return the own week and choice of each of these people who has any."""
    weeks: Iterable[Any] = execute_prepared(statements.own_weeks(), person_ids=person_ids)
    return {
        person_id: own for person_id, *said in weeks if (own := _own_that_is(*said)) is not USUAL
    }


@lru_cache(4096)
def _own_that_is(week: str, is_always: bool | None, opens: str | None, closes: str | None) -> Own:  # noqa: FBT001 - columns of a row
    """Return the own hours of a row; cached, so that equal rows give the same object."""
    given = from_json(week)
    if not given and is_always is None:
        return USUAL
    return Own(
        week_of(given) if given else None,
        bool(is_always),
        Span(time.fromisoformat(opens), time.fromisoformat(closes)) if opens and closes else None,
    )


def _rosters(person_ids: Sequence[UUID], now: datetime) -> dict[UUID, Roster]:
    """Return the duties and absences ahead of each of these people who has any."""
    shifts: dict[UUID, list[Stretch]] = {}
    on_call: dict[UUID, list[Stretch]] = {}
    absences: dict[UUID, list[Stretch]] = {}
    last = now + MAX_QUIET_PERIOD
    # A shift that is over still replaces the hours of its last day.
    duties: Iterable[Any] = execute_prepared(
        statements.duties(), person_ids=person_ids, first=now - LONGEST_DAY, last=last
    )
    for person_id, since, until, kind in duties:
        rows = shifts if kind is DutyKind.SHIFT else on_call
        rows.setdefault(person_id, []).append(Stretch(since, until))
    away: Iterable[Any] = execute_prepared(
        statements.absences_query(), person_ids=person_ids, first=now, last=last
    )
    for person_id, since, until in away:
        absences.setdefault(person_id, []).append(Stretch(since, until))
    return {
        person_id: Roster(
            shifts.get(person_id, ()), on_call.get(person_id, ()), absences.get(person_id, ())
        )
        for person_id in shifts.keys() | on_call.keys() | absences.keys()
    }
