"""Working days of an agency, by its week and its calendar."""

from datetime import date, timedelta

from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.availability import WEEKDAYS
from intranet.organisation.worktime.queries import calendar_of, working_time

DAY = timedelta(days=1)
MAX_TERM_DAYS = 5 * 366
"""The limit of a search for the end of a term: an agency may have no working days."""
MAX_DAYS_BACK = 60
"""The limit of a search for a working day."""


def is_working_day(day: date, agency: Agency) -> bool:
    """Return whether an agency works on a day, by its week and its holidays."""
    if not working_time(agency).week.get(WEEKDAYS[day.weekday()]):
        return False
    return not any(each.day == day and each.is_holiday for each in calendar_of(agency, day.year))


def end_of_term(begins: date, working_days: int, agency: Agency) -> date:
    """Return the last day of a term of this many working days, which starts after `begins`."""
    week, holidays, known = working_time(agency).week, set[date](), set[int]()
    day, left = begins, working_days
    for _step in range(MAX_TERM_DAYS):
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
    """Return the day that is this many working days before a day."""
    for _step in range(MAX_DAYS_BACK):
        if count <= 0:
            break
        day -= timedelta(days=1)
        count -= is_working_day(day, agency)
    return day
