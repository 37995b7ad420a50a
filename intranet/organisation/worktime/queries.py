"""Who is left in peace now and until when, calendars, and who is on duty."""

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
from intranet.organisation.worktime.official import Holiday, holidays_of
from intranet.organisation.worktime.rule import (
    LONGEST,
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
from intranet.platform.core.database import ask
from intranet.platform.core.types import Localized

USUAL_WEEK = {day: {"from": "08:00", "to": "15:00"} for day in ("mon", "tue", "wed", "thu", "fri")}

DAY = timedelta(hours=25)
"""The longest that a day can be."""


@dataclass(frozen=True)
class Reached:
    """How many people may be told now, and how many later and when, the earliest first."""

    now: int
    waves: tuple[tuple[datetime, int], ...]

    @property
    def later(self) -> int:
        """How many are told later."""
        return sum(count for _at, count in self.waves)

    @property
    def first_at(self) -> datetime | None:
        """When the first of those is told."""
        return self.waves[0][0] if self.waves else None

    @property
    def last_at(self) -> datetime | None:
        """When the last of them is told."""
        return self.waves[-1][0] if self.waves else None


@dataclass(frozen=True)
class Peace:
    """When one person is left in peace, in UTC.

    `ends` is set if they are at this instant. Otherwise `begins` is when they next are, None if
    never, and `then_ends` is when that ends.
    """

    ends: datetime | None
    begins: datetime | None = None
    then_ends: datetime | None = None


@dataclass(frozen=True)
class YearDay:
    """A day of an agency's calendar.

    It is official where it is known for the agency's territory; one that the agency works on in
    spite of that is not `is_holiday`.
    """

    day: date
    scope: DayScope
    name: Localized
    is_official: bool
    is_holiday: bool = True


def quiet_until(person_ids: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
    """Who of these people is left in peace at this instant, each with when that ends, in UTC.

    Who is missing may be told now. It ends when they are at work next or on duty, and after 60 days
    at the latest. What is urgent does not ask. The rule is in `rule.py`; six statements, however
    many people.
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
            # Most people of an agency have the same hours and nothing ahead: the same objects.
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


def when_reached(person_ids: Collection[UUID], now: datetime) -> Reached:
    """How many of these people may be told now, and how many later and when.

    Who does not show their hours is not counted: of one person, or few, it would say them.
    """
    unique = showing_hours(person_ids)
    quiet = quiet_until(unique, now)
    return Reached(len(unique) - len(quiet), tuple(sorted(Counter(quiet.values()).items())))


def showing_hours(person_ids: Collection[UUID]) -> set[UUID]:
    """Who of these people lets others see their hours."""
    return {
        person_id
        for some in in_parts(person_ids)
        for person_id in db.session.scalars(
            select(Person.id).where(Person.id.in_(some), Person.showing == Showing.HOURS)
        )
    }


def working_time(agency: Agency) -> WorkingTime:
    """An agency's working time, as it is stored or as it is without being said."""
    return db.session.get(WorkingTime, agency.id) or WorkingTime(
        agency_id=agency.id,
        week=dict(USUAL_WEEK),
        is_quiet_outside=True,
        lets_loosen=False,
        version=0,
    )


def may_loosen(person: Person, now: datetime) -> bool:
    """Whether somebody may choose to be told outside the hours of the agencies they work for."""
    return all(place.lets_loosen for place in _places([person.id], now).get(person.id, ()))


def within_hours(person: Person, window: Span, now: datetime) -> bool:
    """Whether a window of the day lies within the hours of some day that somebody works."""
    places = _places([person.id], now).get(person.id, ())
    weeks = [week_of(person.week)] if person.week else [place.week for place in places]
    spans = [span for week in weeks for span in week if span]
    return any(span.opens <= window.opens and window.closes <= span.closes for span in spans)


def calendar_of(agency: Agency, year: int) -> list[YearDay]:
    """An agency's calendar of a year by day: what is official, and in what it differs."""
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


def peace_of(person_id: UUID, now: datetime) -> Peace:
    """When a person is left in peace; `quiet_until` says it of many. Six statements."""
    places = _places([person_id], now).get(person_id, ())
    own = _own([person_id]).get(person_id, USUAL)
    ahead = _rosters([person_id], now).get(person_id, NOTHING_AHEAD)
    if ends := quiet_end(now, places, own, ahead):
        return Peace(ends)
    begins = open_end(now, places, own, ahead)
    return Peace(None, begins, quiet_end(begins, places, own, ahead) if begins else None)


def own_hours(person_id: UUID) -> OwnHours | None:
    """What a person chose for themselves, if anything."""
    return db.session.get(OwnHours, person_id)


def duties_ahead(person_id: UUID, now: datetime, limit: int) -> Sequence[Duty]:
    """A person's duties that are not over, the nearest first."""
    rows = select(Duty).where(Duty.person_id == person_id, Duty.until > now)
    return db.session.scalars(rows.order_by(Duty.since, Duty.id).limit(limit)).all()


def _of_official(holiday: Holiday) -> YearDay:
    return YearDay(holiday.day, holiday.scope, holiday.name, is_official=True)


def _places(person_ids: Sequence[UUID], now: datetime) -> dict[UUID, tuple[Workplace, ...]]:
    """The agencies in which each of these people holds a post; the same one is the same object."""
    of_person: dict[UUID, dict[UUID, None]] = {}
    agencies: dict[UUID, tuple[str | None, str]] = {}
    held: Iterable[Any] = ask(statements.held(), person_ids=person_ids, now=now)
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
    first, last = now.date() - timedelta(days=1), now.date() + LONGEST + timedelta(days=2)
    holidays: dict[UUID, set[date]] = {}
    for agency_id, (territory, zone) in agencies.items():
        holidays[agency_id] = {
            day
            for year in range(first.year, last.year + 1)
            for day in holidays_of(territory, zone, year)
            if first <= day <= last
        }
    ids = list(agencies)
    differing: Iterable[Any] = ask(statements.differing(), ids=ids, first=first, last=last)
    for agency_id, day, is_holiday in differing:
        (holidays[agency_id].add if is_holiday else holidays[agency_id].discard)(day)
    said: dict[UUID, Any] = {row.agency_id: row for row in ask(statements.working_times(), ids=ids)}
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
    """What these people have of their own; who has nothing is left out."""
    weeks: Iterable[Any] = ask(statements.own_weeks(), person_ids=person_ids)
    return {
        person_id: own for person_id, *said in weeks if (own := _own_that_is(*said)) is not USUAL
    }


@lru_cache(4096)
def _own_that_is(week: str, is_always: bool | None, opens: str | None, closes: str | None) -> Own:  # noqa: FBT001 - a row as it is read
    """The same object for the same words."""
    given = from_json(week)
    if not given and is_always is None:
        return USUAL
    return Own(
        week_of(given) if given else None,
        bool(is_always),
        Span(time.fromisoformat(opens), time.fromisoformat(closes)) if opens and closes else None,
    )


def _rosters(person_ids: Sequence[UUID], now: datetime) -> dict[UUID, Roster]:
    """What these people have ahead, as far as the rule looks; who has nothing is left out."""
    shifts: dict[UUID, list[Stretch]] = {}
    on_call: dict[UUID, list[Stretch]] = {}
    absences: dict[UUID, list[Stretch]] = {}
    last = now + LONGEST
    # A shift that is over still takes the place of the hours of its last day.
    duties: Iterable[Any] = ask(
        statements.duties(), person_ids=person_ids, first=now - DAY, last=last
    )
    for person_id, since, until, kind in duties:
        rows = shifts if kind is DutyKind.SHIFT else on_call
        rows.setdefault(person_id, []).append(Stretch(since, until))
    away: Iterable[Any] = ask(statements.away(), person_ids=person_ids, first=now, last=last)
    for person_id, since, until in away:
        absences.setdefault(person_id, []).append(Stretch(since, until))
    return {
        person_id: Roster(
            shifts.get(person_id, ()), on_call.get(person_id, ()), absences.get(person_id, ())
        )
        for person_id in shifts.keys() | on_call.keys() | absences.keys()
    }
