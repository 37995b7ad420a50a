"""Labels of calendars and duties in the reader's language."""

from datetime import date, datetime

from flask_babel import format_date, to_user_timezone

from intranet.organisation.worktime.models import DayScope, DutyKind
from intranet.platform.core.dates import clock_time, day
from intranet.platform.core.i18n import _


def scope_names() -> dict[DayScope, str]:
    """Return the label of each scope of a holiday."""
    return {
        DayScope.STATE: _("National"),
        DayScope.REGION: _("Regional"),
        DayScope.LOCAL: _("Local"),
    }


def duty_name(kind: str) -> str:
    """Return the label of a kind of duty."""
    return _("On call") if kind == DutyKind.ON_CALL else _("Work shift")


def weekday_day(that_day: date) -> str:
    """Format a day with its weekday: `Monday, 30 November`."""
    weekday = format_date(that_day, "EEEE", rebase=False)
    return _("%(weekday)s, %(day)s", weekday=weekday, day=day(that_day))


def stretch(since: datetime, until: datetime) -> str:
    """Format a period in the reader's zone, with the second day only if it differs."""
    first, last = to_user_timezone(since), to_user_timezone(until)
    begins = f"{day(since)}, {clock_time(since)}"
    if first.date() == last.date():
        return f"{begins}–{clock_time(until)}"
    return _("%(begins)s to %(ends)s", begins=begins, ends=f"{day(until)}, {clock_time(until)}")


def format_period(text: str) -> str:
    """Format a period stored as two instants separated by a slash."""
    since, until = (datetime.fromisoformat(part) for part in text.split("/"))
    return stretch(since, until)
