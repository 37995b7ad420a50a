"""Dates and times as the reader writes them, in their language and time zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from flask_babel import to_user_timezone

from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language, current_zone

Writer = Callable[..., str]


@dataclass(frozen=True)
class ShownInstant:
    """An instant that is formatted when shown, since the reader's language is known only then."""

    at: datetime

    def __str__(self) -> str:
        """Format the day and the time."""
        return f"{day(self.at)} {clock_time(self.at)}"


def clock_time(instant: datetime) -> str:
    """Format the time of day for the reader: `8:52`."""
    return _time(to_user_timezone(instant).time().replace(second=0, microsecond=0), "short")


def time_of_day(moment: time) -> str:
    """Format a time of day that has no date, such as the end of somebody's hours: `15:00`."""
    return _time(moment, "short")


def exact_time(instant: datetime) -> str:
    """Format the time of day to the second, for evidence: `8:52:07`."""
    return _time(to_user_timezone(instant).time().replace(microsecond=0), "medium")


def short_time(instant: datetime) -> str:
    """Format a past instant: the time of day if it is today, else the date: `8:52`, `21 Nov`."""
    if _reader_date(instant) == clock.today(current_zone()):
        return clock_time(instant)
    return _skeleton(_reader_date(instant), "MMMd")


def day(moment: date | datetime) -> str:
    """Format a day, with the year if it is not this year: `25 November`."""
    that_day = _reader_date(moment)
    if that_day.year == clock.today(current_zone()).year:
        return _skeleton(that_day, "MMMMd")
    return _date(that_day, "long")


def last_day(until: datetime, zone: str) -> date:
    """Return the last day, in a zone, of a period that ends before an instant."""
    return (until - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def month(moment: date) -> str:
    """Format a month, with the year if it is not this year: `November`, `March 2025`."""
    if moment.year == clock.today(current_zone()).year:
        return _date(moment, "LLLL")
    return _skeleton(moment, "yMMMM")


def short_month(moment: date) -> str:
    """Format a month in few letters, for a date tile: `Nov`."""
    return _date(moment, "LLL")


def ending(instant: datetime) -> str:
    """Format the end of a period: `until 11:00` if that is today, else `until 4 December`."""
    if _reader_date(instant) == clock.today(current_zone()):
        return _("until %(time)s", time=clock_time(instant))
    return _("until %(day)s", day=day(instant - timedelta(seconds=1)))


def relative_day(moment: date | datetime) -> str:
    """Format a day relative to today: `Today, 25 November`, `Monday, 23 November`."""
    that_day = _reader_date(moment)
    today = clock.today(current_zone())
    if that_day == today:
        return _("Today, %(day)s", day=day(that_day))
    if that_day == today - timedelta(days=1):
        return _("Yesterday, %(day)s", day=day(that_day))
    if that_day == today + timedelta(days=1):
        return _("Tomorrow, %(day)s", day=day(that_day))
    weekday = _date(that_day, "EEEE")
    return _("%(weekday)s, %(day)s", weekday=weekday, day=day(that_day))


def part_of_day() -> str:
    """Return the part of the reader's day that a greeting names: morning, afternoon, evening."""
    hour = to_user_timezone(clock.now()).hour
    if hour < 6:  # noqa: PLR2004 - the night belongs to the evening
        return "evening"
    if hour < 14:  # noqa: PLR2004 - lunch in the south is at two
        return "morning"
    return "afternoon" if hour < 20 else "evening"  # noqa: PLR2004 - eight in the evening


def reader_locale() -> Locale:
    """Return the reader's locale; English is British, with days before months."""
    return _locale_of(current_language())


@cache
def _locale_of(language: str) -> Locale:
    return Locale("en", "GB") if language == "en" else Locale(language)


def _date(day: date, pattern: str) -> str:
    return _written(format_date, day, pattern, current_language())


def _skeleton(day: date, skeleton: str) -> str:
    return _written(_format_skeleton, day, skeleton, current_language())


def _time(time_of_day: time, pattern: str) -> str:
    return _written(format_time, time_of_day, pattern, current_language())


@lru_cache(maxsize=10_000)
def _written(write: Writer, moment: date | time, pattern: str, language: str) -> str:
    """Format a date or time, with a cache, because a list repeats the same ones."""
    return write(moment, pattern, locale=_locale_of(language))


def _format_skeleton(day: date, skeleton: str, locale: Locale) -> str:
    return format_skeleton(skeleton, day, locale=locale)


def _reader_date(moment: date | datetime) -> date:
    return to_user_timezone(moment).date() if isinstance(moment, datetime) else moment


FILTERS = (
    *(clock_time, exact_time, short_time, day, last_day, month, short_month, ending),
    relative_day,
)
