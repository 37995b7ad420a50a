"""Days on which an agency works, by its calendar."""

from datetime import date, timedelta

from intranet.agencies.models import Agency
from intranet.people.availability import WEEKDAYS
from intranet.worktime.queries import calendar_of, working_time

LOOKED_AT = 60
"""So many days are looked at for one on which the agency works."""


def is_working_day(day: date, agency: Agency) -> bool:
    """Whether an agency works on a day: by its week, and on no holiday of its calendar."""
    if not working_time(agency).week.get(WEEKDAYS[day.weekday()]):
        return False
    return not any(each.day == day and each.is_holiday for each in calendar_of(agency, day.year))


def working_days_before(day: date, count: int, agency: Agency) -> date:
    """The day since which an agency has worked so many days, when it comes to this one."""
    for _step in range(LOOKED_AT):
        if count <= 0:
            break
        day -= timedelta(days=1)
        count -= is_working_day(day, agency)
    return day
