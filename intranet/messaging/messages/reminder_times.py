"""Times for reminders of saved messages, by name."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from intranet.organisation.people.models import Person
from intranet.organisation.worktime.queries import quiet_until
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l

CHOICES = ("hour", "three_hours", "tomorrow", "monday", "at")
USUAL_START = time(8)
MONDAY = 0
NOT_A_TIME = _l("Choose a day and a time.")


def reminder_at(
    person: Person, choice: str, zone: str, *, day: str = "", hour: str = ""
) -> datetime:
    """Return the instant that a choice means for the person.

    Args:
        choice: `hour`, in an hour; `three_hours`; `tomorrow` and `monday`, when their working day
            begins then, or on the first working day after; `at`, on `day` at `hour` in their zone.

    Raises:
        Invalid: there is no such choice, day or hour.
    """
    now = clock.now()
    here = now.astimezone(ZoneInfo(zone))
    if choice == "hour":
        return now + timedelta(hours=1)
    if choice == "three_hours":
        return now + timedelta(hours=3)
    if choice == "tomorrow":
        return _start_of(person, here + timedelta(days=1))
    if choice == "monday":
        return _start_of(person, here + timedelta(days=7 - (here.weekday() - MONDAY) % 7))
    if choice != "at":
        raise Invalid({"remind": _l("Choose one of the times in the list.")})
    try:
        return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise Invalid({"day": NOT_A_TIME}) from error


def _start_of(person: Person, day: datetime) -> datetime:
    """Return when the person's working day begins on that day, or on their next working day."""
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return quiet_until([person.id], midnight).get(person.id) or midnight.replace(
        hour=USUAL_START.hour
    )
