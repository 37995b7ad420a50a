"""When reminders are sent: on working days of the agency's calendar."""

from datetime import date, datetime, time, timedelta

from intranet.organisation.agencies.models import Agency
from intranet.organisation.worktime.workdays import is_working_day
from intranet.platform.core import clock

DAY = timedelta(days=1)
REMIND_AT = time(9)
MAX_DAYS_SEARCHED = 30
"""How many days are searched for a working day."""


def before(due_on: date, agency: Agency) -> datetime:
    """Return when to remind: on the last working day before `due_on`, at `REMIND_AT`."""
    return _at(due_on, agency, -DAY)


def after(due_on: date, agency: Agency) -> datetime:
    """Return when to remind: on the first working day after `due_on`, at `REMIND_AT`."""
    return _at(due_on, agency, DAY)


def _at(due_on: date, agency: Agency, step: timedelta) -> datetime:
    days = [due_on + step * number for number in range(1, MAX_DAYS_SEARCHED + 1)]
    day = next((each for each in days if is_working_day(each, agency)), days[0])
    return clock.instant_of(datetime.combine(day, REMIND_AT), agency.time_zone)
