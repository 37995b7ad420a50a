"""Availability of people: from their hours, absences and their choice of what to show.

It never depends on activity: nobody is tracked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import format_time

from intranet.organisation.people.models import Absence, Appointment, Person, Showing
from intranet.organisation.people.queries import absences_on
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
USUAL_ZONE = "Europe/Madrid"


class AvailabilityState(StrEnum):
    """The state that the dot beside a face shows."""

    AVAILABLE = "available"
    OFF = "off"
    AWAY = "away"


@dataclass(frozen=True)
class Availability:
    """The state, its end if known, and the stand-in."""

    state: AvailabilityState
    ends_at: time | None = None
    ends_on: date | None = None
    stand_in: Person | None = None

    @property
    def text(self) -> str:
        """Return the availability in the reader's language."""
        if self.state == AvailabilityState.AVAILABLE:
            return _("Available until %(time)s", time=_clock_time(self.ends_at))
        if self.state == AvailabilityState.OFF:
            return _("Outside working hours")
        if self.ends_on is None:
            return _("Away")
        last = day(self.ends_on)
        if self.stand_in:
            name = self.stand_in.name
            return _("Away until %(day)s, substitute: %(name)s", day=last, name=name)
        return _("Away until %(day)s", day=last)


def by_hours(
    people: Collection[Person], now: datetime, held: Mapping[UUID, Sequence[Appointment]]
) -> dict[UUID, Availability]:
    """Return the availability of each of these people, without holidays; skip those who hide it.

    Args:
        held: the appointments of each person, oldest first.
    """
    by_zone: dict[str, list[Person]] = {}
    for person in people:
        by_zone.setdefault(zone_of(held.get(person.id, [])), []).append(person)
    found = {}
    for zone, there in by_zone.items():
        today = now.astimezone(ZoneInfo(zone)).date()
        absences = absences_on([person.id for person in there], today)
        for person in there:
            shown = availability(person, absences.get(person.id), now, zone)
            if shown:
                found[person.id] = shown
    return found


def availability(
    person: Person, absence: Absence | None, now: datetime, zone: str
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


def zone_of(held: Collection[Appointment]) -> str:
    """Return the zone of the agency of the oldest appointment."""
    for appointment in held:
        return appointment.post.unit.agency.time_zone
    return USUAL_ZONE


def _clock_time(moment: time | None) -> str:
    if moment is None:
        return ""
    return str(format_time(datetime.combine(date.min, moment), "short", rebase=False))
