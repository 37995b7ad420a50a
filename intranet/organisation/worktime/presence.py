"""Availability of people for the dot beside a face, with holidays taken into account."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.availability import Availability, AvailabilityState, by_hours
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import current_appointments_of
from intranet.organisation.worktime.models import CalendarDay
from intranet.organisation.worktime.public_holidays import holidays_of


def availabilities(
    people: Collection[Person],
    now: datetime,
    held: Mapping[UUID, Sequence[Appointment]] | None = None,
) -> dict[UUID, Availability]:
    """Return the availability of each person who shows it, in a constant number of queries.

    Outside holidays their hours decide. If all their agencies have a holiday today, they are off.
    """
    if held is None:
        held = current_appointments_of([person.id for person in people], now)
    shown = by_hours(people, now, held)
    there = [
        person_id for person_id, each in shown.items() if each.state == AvailabilityState.AVAILABLE
    ]
    agencies = {
        row.post.agency_id: row.post.unit.agency
        for person_id in there
        for row in held.get(person_id, ())
    }
    closed = _on_holiday(agencies.values(), now)
    for person_id in there:
        theirs = {row.post.agency_id for row in held.get(person_id, ())}
        if theirs and theirs <= closed:
            shown[person_id] = Availability(AvailabilityState.OFF)
    return shown


def _on_holiday(agencies: Iterable[Agency], now: datetime) -> set[UUID]:
    """Return which of these agencies have a holiday today."""
    today: dict[UUID, date] = {}
    closed = set()
    for agency in agencies:
        day = today[agency.id] = now.astimezone(ZoneInfo(agency.time_zone)).date()
        if day in holidays_of(agency.territory, agency.time_zone, day.year):
            closed.add(agency.id)
    if not today:
        return closed
    rows = select(CalendarDay.agency_id, CalendarDay.day, CalendarDay.is_holiday).where(
        CalendarDay.agency_id.in_(today), CalendarDay.day.in_(set(today.values()))
    )
    for agency_id, day, is_holiday in db.session.execute(rows):
        if day == today[agency_id]:
            (closed.add if is_holiday else closed.discard)(agency_id)
    return closed
