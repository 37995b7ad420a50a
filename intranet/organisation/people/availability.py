"""Availability of people: from their hours, absences and their choice of what to show.

It never depends on activity: nobody is tracked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.absence_queries import AbsenceOfDay, absences_on
from intranet.organisation.people.models import Appointment, Showing
from intranet.organisation.people.queries import in_parts, is_current
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.dates import day, time_of_day
from intranet.platform.core.i18n import _
from intranet.platform.core.types import NOW, among

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_ZONE = "Europe/Madrid"


class AvailabilityState(StrEnum):
    """The state that the dot beside a face shows."""

    AVAILABLE = "available"
    OFF = "off"
    AWAY = "away"


class HeldAgency(NamedTuple):
    """An agency in which a person holds a post, with what hours and holidays follow from."""

    id: UUID
    time_zone: str
    territory: str | None


@dataclass(frozen=True)
class Availability:
    """The state, its end if known, and the name of the stand-in."""

    state: AvailabilityState
    ends_at: time | None = None
    ends_on: date | None = None
    stand_in: str | None = None

    @property
    def text(self) -> str:
        """Return the availability in the reader's language."""
        if self.state == AvailabilityState.AVAILABLE:
            return _("Available until %(time)s", time=time_of_day(self.ends_at or time.min))
        if self.state == AvailabilityState.OFF:
            return _("Outside working hours")
        if self.ends_on is None:
            return _("Away")
        last = day(self.ends_on)
        if self.stand_in:
            return _("Away until %(day)s, substitute: %(name)s", day=last, name=self.stand_in)
        return _("Away until %(day)s", day=last)


def agencies_held_of(person_ids: Collection[UUID], now: datetime) -> dict[UUID, list["HeldAgency"]]:
    """Return the agency of each appointment that these people hold now, oldest first."""
    found: dict[UUID, list[HeldAgency]] = {}
    for some in in_parts(person_ids):
        for row in execute_prepared(_agencies_held(), ids=some, now=now):
            agency = HeldAgency(row.id, row.time_zone, row.territory)
            found.setdefault(row.person_id, []).append(agency)
    return found


@cache
def _agencies_held() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(Appointment.person_id, Agency.id, Agency.time_zone, Agency.territory)
        .join(Post, Post.id == Appointment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(among(Appointment.person_id, "ids"), is_current(NOW))
        .order_by(Appointment.since, Appointment.id)
    )


class KeepsHours(Protocol):
    """A person, as far as their availability follows from it."""

    @property
    def id(self) -> UUID:
        """The id of the person."""

    @property
    def week(self) -> dict[str, Any]:
        """The hours, as in `Person.week`."""

    @property
    def showing(self) -> Showing:
        """How much the person chose to show."""


def by_hours(
    people: Collection[KeepsHours], now: datetime, held: Mapping[UUID, Sequence[HeldAgency]]
) -> dict[UUID, Availability]:
    """Return the availability of each of these people, without holidays; skip those who hide it.

    Args:
        held: the agency of each person's appointments, oldest first.
    """
    zones = {person.id: zone_of(held.get(person.id, [])) for person in people}
    days = {zone: now.astimezone(ZoneInfo(zone)).date() for zone in set(zones.values())}
    absences: dict[UUID, AbsenceOfDay] = {}
    for today in set(days.values()):
        there = [person_id for person_id, zone in zones.items() if days[zone] == today]
        absences |= absences_on(there, today)
    found = {}
    for person in people:
        shown = availability(person, absences.get(person.id), now, zones[person.id])
        if shown:
            found[person.id] = shown
    return found


def availability(
    person: KeepsHours, absence: AbsenceOfDay | None, now: datetime, zone: str
) -> Availability | None:
    """Return the availability of a person at this instant; None if they show nothing.

    Args:
        absence: the absence on this day, if any.
        zone: the person's time zone.
    """
    if absence:
        return Availability(
            AvailabilityState.AWAY, ends_on=absence.ends_on, stand_in=absence.stand_in
        )
    if person.showing == Showing.AWAY:
        return Availability(AvailabilityState.AWAY)
    if person.showing == Showing.NOTHING or not person.week:
        return None
    local = now.astimezone(ZoneInfo(zone))
    hours = person.week.get(WEEKDAYS[local.weekday()])
    if not hours:
        return Availability(AvailabilityState.OFF)
    first, last = time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"])
    if first <= local.time() < last:
        return Availability(AvailabilityState.AVAILABLE, ends_at=last)
    return Availability(AvailabilityState.OFF)


def zone_of(held: Collection[HeldAgency]) -> str:
    """Return the zone of the agency of the oldest appointment."""
    for agency in held:
        return agency.time_zone
    return USUAL_ZONE


def agencies_of(appointments: Iterable[Appointment]) -> list[HeldAgency]:
    """Return the agency of each appointment, in their order."""
    agencies = [row.post.unit.agency for row in appointments]
    return [HeldAgency(each.id, each.time_zone, each.territory) for each in agencies]
