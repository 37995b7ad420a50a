"""Days on which an agency works, by its week and its calendar."""

from datetime import date, timedelta

from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.availability import WEEKDAYS
from intranet.organisation.worktime.queries import calendar_of, working_time

DAY = timedelta(days=1)
LONGEST = 5 * 366
"""So many days are looked at for a term: an agency that never works has none that ends."""
LOOKED_AT = 60
"""So many days are looked at for one on which the agency works."""


def is_working_day(day: date, agency: Agency) -> bool:
    """Whether an agency works on a day: by its week, and on no holiday of its calendar."""
    if not working_time(agency).week.get(WEEKDAYS[day.weekday()]):
        return False
    return not any(each.day == day and each.is_holiday for each in calendar_of(agency, day.year))


def end_of_term(begins: date, working_days: int, agency: Agency) -> date:
    """The last of so many working days after a day."""
    week, holidays, known = working_time(agency).week, set[date](), set[int]()
    day, left = begins, working_days
    for _step in range(LONGEST):
        if left == 0:
            break
        day += DAY
        if day.year not in known:
            known.add(day.year)
            holidays |= {each.day for each in calendar_of(agency, day.year) if each.is_holiday}
        if week.get(WEEKDAYS[day.weekday()]) and day not in holidays:
            left -= 1
    return day


def working_days_before(day: date, count: int, agency: Agency) -> date:
    """The day since which an agency has worked so many days, when it comes to this one."""
    for _step in range(LOOKED_AT):
        if count <= 0:
            break
        day -= timedelta(days=1)
        count -= is_working_day(day, agency)
    return day
