"""Days on which an agency works, by its calendar, as far as reminders need them."""

from datetime import date, datetime, time, timedelta

from intranet.organisation.agencies.models import Agency
from intranet.organisation.worktime.workdays import is_working_day
from intranet.platform.core import clock

DAY = timedelta(days=1)
REMIND_AT = time(9)
LOOKED_AT = 30
"""So many days are looked at for one on which the agency works."""


def before(due_on: date, agency: Agency) -> datetime:
    """The instant, on the last working day before a day, at which people are reminded."""
    return _at(due_on, agency, -DAY)


def after(due_on: date, agency: Agency) -> datetime:
    """The instant, on the first working day after a day, at which people are reminded."""
    return _at(due_on, agency, DAY)


def _at(due_on: date, agency: Agency, step: timedelta) -> datetime:
    days = [due_on + step * number for number in range(1, LOOKED_AT + 1)]
    day = next((each for each in days if is_working_day(each, agency)), days[0])
    return clock.instant_of(datetime.combine(day, REMIND_AT), agency.time_zone)
