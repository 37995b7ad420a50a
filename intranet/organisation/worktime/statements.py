"""The SQL statements of the rule for quiet times, each built once."""

from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Date, Select, String, bindparam, cast, select

from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Absence, Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.organisation.worktime.models import CalendarDay, Duty, OwnHours, WorkingTime
from intranet.platform.core.types import UTCDateTime, among, ids_parameter

Columns = Select[Any, *tuple[Any, ...]]


def _instant(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=UTCDateTime)


def _day(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=Date)


@cache
def agencies_query() -> Columns:
    """Return the agencies in which people hold posts at an instant."""
    return (
        select(Appointment.person_id, Agency.id, Agency.territory, Agency.time_zone)
        .join(Post, Post.id == Appointment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(among(Appointment.person_id, "person_ids"), is_current(_instant("now")))
    )


@cache
def differing() -> Columns:
    """Return the days on which agencies differ from the official calendar."""
    return select(CalendarDay.agency_id, CalendarDay.day, CalendarDay.is_holiday).where(
        CalendarDay.agency_id.in_(ids_parameter("ids")),
        CalendarDay.day.between(_day("first"), _day("last")),
    )


@cache
def working_times() -> Columns:
    """Return the hours of agencies."""
    return select(
        WorkingTime.agency_id,
        WorkingTime.week,
        WorkingTime.is_quiet_outside,
        WorkingTime.lets_loosen,
    ).where(WorkingTime.agency_id.in_(ids_parameter("ids")))


@cache
def own_weeks() -> Columns:
    """Return the own week and choice of people; weeks as text, because most are alike."""
    return (
        select(
            Person.id,
            cast(Person.week, String),
            OwnHours.is_always,
            OwnHours.opens,
            OwnHours.closes,
        )
        .outerjoin(OwnHours, OwnHours.person_id == Person.id)
        .where(among(Person.id, "person_ids"))
    )


@cache
def duties() -> Columns:
    """Return the duties of people within a period, earliest first."""
    return (
        select(Duty.person_id, Duty.since, Duty.until, Duty.kind)
        .where(
            among(Duty.person_id, "person_ids"),
            Duty.until > _instant("first"),
            Duty.since < _instant("last"),
        )
        .order_by(Duty.since)
    )


@cache
def absences_query() -> Columns:
    """Return the query for absences that overlap a period, earliest first."""
    return (
        select(Absence.person_id, Absence.since, Absence.until)
        .where(
            among(Absence.person_id, "person_ids"),
            Absence.until > _instant("first"),
            Absence.since < _instant("last"),
        )
        .order_by(Absence.since)
    )
