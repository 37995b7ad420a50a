"""Operations on an agency's working time, calendar and duties, and on people's own hours."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.agencies.access import require_administrator, require_version
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.availability import WEEKDAYS
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.models import (
    CalendarDay,
    DayScope,
    Duty,
    DutyKind,
    OwnHours,
    WorkingTime,
)
from intranet.organisation.worktime.public_holidays import Holiday, holidays_of
from intranet.organisation.worktime.queries import YearDay, calendar_of, may_loosen, within_hours
from intranet.organisation.worktime.rule import Span
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.database import store_rows
from intranet.platform.core.errors import Conflict, Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import require_days, required_line
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

DAY_NAME_LIMIT = 120
OWN_DAYS_LIMIT = 60
"""How many holidays of its own an agency may have in a year."""

Hours = Mapping[str, tuple[time, time]]
"""Hours by weekday, `mon` to `sun`; a missing day is not worked."""


@dataclass(frozen=True, kw_only=True)
class NewDuty:
    """A person's duty between two instants."""

    person_id: UUID
    since: datetime
    until: datetime
    kind: DutyKind
    note: str = ""


def set_working_time(
    actor: Person | None,
    agency: Agency,
    hours: Hours,
    *,
    is_quiet_outside: bool,
    lets_loosen: bool = False,
    version: int | None,
) -> WorkingTime:
    """Set an agency's working time, and whether its people have quiet times outside it.

    Args:
        lets_loosen: its people may choose to be notified outside these hours.
        version: the version that the actor read; None if nobody read it before.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: another person changed it since.
        Invalid: a day ends before it begins, or no day is worked.
    """
    week = _week(hours)
    with unit_of_work() as work:
        work.lock(agency)
        require_administrator(actor, agency.id)
        row = db.session.get(WorkingTime, agency.id)
        require_version(row.version if row else 0, version)
        if row is None:
            row = WorkingTime(agency_id=agency.id, week={}, version=0)
            work.add(row)
        row.week, row.is_quiet_outside, row.lets_loosen = week, is_quiet_outside, lets_loosen
        row.version += 1
        said = [f"{day} {span['from']}-{span['to']}" for day, span in week.items()]
        detail = {"hours": said, "quiet": is_quiet_outside, "loosened": lets_loosen}
        _record("worktime.change", actor, agency, detail)
    return row


def add_day(
    actor: Person | None,
    agency: Agency,
    day: date,
    name: Localized,
    *,
    scope: DayScope = DayScope.LOCAL,
) -> None:
    """Add a holiday to an agency's calendar.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: it is a holiday already, or an official one that the agency works on.
        Invalid: the day or the name is invalid, or there are too many.
    """
    require_days(day=day)
    text = {tag: required_line(said, "name", DAY_NAME_LIMIT) for tag, said in name.items()}
    with unit_of_work() as work:
        work.lock(agency)
        require_administrator(actor, agency.id)
        differing = {row.day for row in _differing(agency, day.year)}
        if day in differing or day in _official(agency, day.year):
            raise Conflict(_l("This day is already in the calendar."))
        if len(differing) >= OWN_DAYS_LIMIT:
            raise Invalid({"day": _l("This year already has the maximum number of holidays.")})
        work.add(CalendarDay(agency_id=agency.id, day=day, scope=scope, name=Localized(text)))
        _record("calendar.add", actor, agency, {"day": day.isoformat()})


def remove_day(actor: Person | None, agency: Agency, day: date) -> None:
    """Remove a holiday from an agency's calendar; an official one becomes a working day.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: it is not a holiday.
    """
    with unit_of_work() as work:
        work.lock(agency)
        require_administrator(actor, agency.id)
        row = db.session.get(CalendarDay, (agency.id, day))
        official = _official(agency, day.year).get(day)
        if row and row.is_holiday:
            work.delete(row)
        elif official and row is None:
            work.add(_as_own(agency, official, is_holiday=False))
        else:
            raise Conflict(_l("This day is no longer a holiday."))
        _record("calendar.remove", actor, agency, {"day": day.isoformat()})


def restore_day(actor: Person | None, agency: Agency, day: date) -> None:
    """Restore an official holiday that an agency works on.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: it is a holiday.
    """
    with unit_of_work() as work:
        work.lock(agency)
        require_administrator(actor, agency.id)
        row = db.session.get(CalendarDay, (agency.id, day))
        if row is None or row.is_holiday:
            raise Conflict(_l("This day is already a holiday."))
        work.delete(row)
        _record("calendar.add", actor, agency, {"day": day.isoformat()})


def copy_calendar(actor: Person | None, agency: Agency, other: Agency, year: int) -> int:
    """Give an agency the same holidays as another one in a year.

    Returns:
        the number of its holidays.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: it is the same agency.
    """
    if agency.id == other.id:
        raise Invalid({"other": _l("Choose another agency.")})
    with unit_of_work() as work:
        work.lock(agency)
        require_administrator(actor, agency.id)
        theirs = {each.day: each for each in calendar_of(other, year) if each.is_holiday}
        official = _official(agency, year)
        for row in _differing(agency, year):
            work.delete(row)
        work.flush()
        work.add(*(_as_own(agency, each) for each in theirs.values() if each.day not in official))
        work.add(
            *(
                _as_own(agency, each, is_holiday=False)
                for each in official.values()
                if each.day not in theirs
            )
        )
        detail = {"year": year, "agency": str(other.id), "count": len(theirs)}
        _record("calendar.copy", actor, agency, detail)
    return len(theirs)


def put_duties(actor: Person | None, agency_id: UUID, duties: Collection[NewDuty]) -> None:
    """Store duties of people for an agency.

    A duty replaces another one of the person with the same beginning. The caller writes the audit
    entry: a roster arrives in many small parts.

    Raises:
        Forbidden: the actor does not administer the agency.
    """
    wanted = {(each.person_id, each.since): each for each in duties}
    with unit_of_work():
        require_administrator(actor, agency_id)
        for row in _beginning(agency_id, wanted):
            said = wanted.pop((row.person_id, row.since), None)
            if said:
                row.until, row.kind, row.note = said.until, said.kind, said.note
        now = clock.now()
        store_rows(
            Duty,
            [
                {
                    "id": uuid7(),
                    "agency_id": agency_id,
                    "person_id": each.person_id,
                    "since": each.since,
                    "until": each.until,
                    "kind": each.kind,
                    "note": each.note,
                    "created_at": now,
                }
                for each in wanted.values()
            ],
        )


def remove_duty(actor: Person | None, agency: Agency, duty: Duty) -> None:
    """Delete a duty.

    Raises:
        Forbidden: the actor does not administer the agency.
    """
    with unit_of_work() as work:
        work.lock(duty)
        require_administrator(actor, agency.id)
        work.delete(duty)
        record(
            "duty.remove",
            agency_id=agency.id,
            actor_id=actor.id if actor else None,
            subject=("person", duty.person_id),
            detail={"day": duty.since.astimezone(ZoneInfo(agency.time_zone)).date().isoformat()},
        )


NOT_BEYOND = _l(
    "Your administration does not allow notifications outside your working "
    "hours. Choose a time within them."
)


def choose_own_hours(
    person: Person, *, is_always: bool = False, window: tuple[time, time] | None = None
) -> None:
    """Set the person's own notification hours: always, a window of the day, or the agency's.

    Raises:
        Invalid: the window ends before it begins, or the choice goes beyond the agency's hours and
            the agency does not allow that.
    """
    if window and window[0] >= window[1]:
        raise Invalid({"closes": _l("The end is earlier than the start.")})
    with unit_of_work() as work:
        work.lock(person)
        now = clock.now()
        if not may_loosen(person, now):
            if is_always:
                raise Invalid({"choice": NOT_BEYOND})
            if window and not within_hours(person, Span(*window), now):
                raise Invalid({"closes": NOT_BEYOND})
        if row := db.session.get(OwnHours, person.id):
            work.delete(row)
            work.flush()
        if is_always or window:
            opens, closes = (f"{at:%H:%M}" for at in window) if window else (None, None)
            work.add(OwnHours(person_id=person.id, is_always=is_always, opens=opens, closes=closes))


def forget_past_duties(before: datetime) -> int:
    """Delete duties that ended before an instant."""
    with unit_of_work():
        gone: Any = db.session.execute(
            delete(Duty).where(Duty.until < before).execution_options(synchronize_session=False)
        )
    return int(gone.rowcount)


def _week(hours: Hours) -> dict[str, dict[str, str]]:
    errors: dict[str, Words] = {
        f"{day}_to": _l("The end is earlier than the start.")
        for day, (opens, closes) in hours.items()
        if opens >= closes
    }
    if not hours:
        errors["mon_from"] = _l("Enter the hours for at least one day.")
    if errors:
        raise Invalid(errors)
    return {
        day: {"from": f"{hours[day][0]:%H:%M}", "to": f"{hours[day][1]:%H:%M}"}
        for day in WEEKDAYS
        if day in hours
    }


def _official(agency: Agency, year: int) -> dict[date, Holiday]:
    return holidays_of(agency.territory, agency.time_zone, year)


def _differing(agency: Agency, year: int) -> Sequence[CalendarDay]:
    return db.session.scalars(
        select(CalendarDay).where(
            CalendarDay.agency_id == agency.id,
            CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
    ).all()


def _as_own(agency: Agency, day: YearDay | Holiday, *, is_holiday: bool = True) -> CalendarDay:
    return CalendarDay(
        agency_id=agency.id, day=day.day, scope=day.scope, name=day.name, is_holiday=is_holiday
    )


def _beginning(agency_id: UUID, keys: Collection[tuple[UUID, datetime]]) -> Sequence[Duty]:
    """Return these people's duties that begin between the first and last of these instants."""
    if not keys:
        return []
    instants = [since for _person_id, since in keys]
    rows = select(Duty).where(
        Duty.agency_id == agency_id,
        Duty.person_id.in_({person_id for person_id, _since in keys}),
        Duty.since.between(min(instants), max(instants)),
    )
    return db.session.scalars(rows).all()


def _record(act: str, actor: Person | None, agency: Agency, detail: dict[str, Any]) -> None:
    record(
        act,
        agency_id=agency.id,
        actor_id=actor.id if actor else None,
        subject=("agency", agency.id),
        detail=detail,
    )
