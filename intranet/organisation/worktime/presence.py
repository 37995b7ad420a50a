"""Availability of people for the dot beside a face, with holidays taken into account."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Select, bindparam, select

from intranet.organisation.people.availability import (
    Availability,
    AvailabilityState,
    HeldAgency,
    KeepsHours,
    agencies_held_of,
    by_hours,
)
from intranet.organisation.worktime.models import CalendarDay
from intranet.organisation.worktime.public_holidays import holidays_of
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import ids_parameter


def availabilities(
    people: Collection[KeepsHours],
    now: datetime,
    held: Mapping[UUID, Sequence[HeldAgency]] | None = None,
) -> dict[UUID, Availability]:
    """Return the availability of each person who shows it, in a constant number of queries.

    Outside holidays their hours decide. If all their agencies have a holiday today, they are off.
    """
    if held is None:
        held = agencies_held_of([person.id for person in people], now)
    shown = by_hours(people, now, held)
    there = [
        person_id for person_id, each in shown.items() if each.state == AvailabilityState.AVAILABLE
    ]
    closed = _on_holiday({agency for person_id in there for agency in held.get(person_id, ())}, now)
    for person_id in there:
        theirs = {agency.id for agency in held.get(person_id, ())}
        if theirs and theirs <= closed:
            shown[person_id] = Availability(AvailabilityState.OFF)
    return shown


def _on_holiday(agencies: Iterable[HeldAgency], now: datetime) -> set[UUID]:
    """Return which of these agencies have a holiday today."""
    today: dict[UUID, date] = {}
    closed = set()
    for agency in agencies:
        day = today[agency.id] = now.astimezone(ZoneInfo(agency.time_zone)).date()
        if day in holidays_of(agency.territory, agency.time_zone, day.year):
            closed.add(agency.id)
    if not today:
        return closed
    days = list(set(today.values()))
    rows = execute_prepared(_calendar_days(), agency_ids=list(today), days=days)
    for row in rows:
        if row.day == today[row.agency_id]:
            (closed.add if row.is_holiday else closed.discard)(row.agency_id)
    return closed


@cache
def _calendar_days() -> Select[Any, *tuple[Any, ...]]:
    return select(CalendarDay.agency_id, CalendarDay.day, CalendarDay.is_holiday).where(
        CalendarDay.agency_id.in_(ids_parameter("agency_ids")),
        CalendarDay.day.in_(bindparam("days", type_=Date, expanding=True)),
    )
