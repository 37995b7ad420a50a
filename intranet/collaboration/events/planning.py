"""The plan of an event, and its checks before it is stored."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from intranet.collaboration.events.models import Event
from intranet.collaboration.events.recurrence import Rule, read_rule
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, optional_text

MAX_LENGTH = timedelta(days=31)
MAX_YEARS_BACK, MAX_YEARS_AHEAD = 1, 5
CAPACITY_LIMIT = 10_000
PLACE_LIMIT, LINK_LIMIT = 300, 500
COUNTED = ("time", "place", "link", "capacity", "rule")
"""Codes of the changes that calendars and people who attend must know of."""


@dataclass(frozen=True)
class EventPlan:
    """When and where an event takes place. `starts` and `ends` are by the clock of `zone`."""

    starts: datetime
    ends: datetime
    zone: str
    is_all_day: bool = False
    place: str = ""
    link: str = ""
    capacity: int | None = None
    rule: str = ""


def plan_of(event: Event) -> EventPlan:
    """Return the present plan of an event."""
    return EventPlan(
        starts=event.starts,
        ends=event.ends,
        zone=event.zone,
        is_all_day=event.is_all_day,
        place=event.place,
        link=event.link,
        capacity=event.capacity,
        rule=event.rule,
    )


def sound(plan: EventPlan) -> EventPlan:
    """Check a plan and return it in its canonical form.

    Raises:
        Invalid: the errors by field.
    """
    reasons: dict[str, Words] = {}
    if plan.zone not in zones():
        raise Invalid({"zone": _l("There is no such time zone. Choose one from the list.")})
    if plan.is_all_day:
        plan = replace(
            plan,
            starts=datetime.combine(plan.starts.date(), time.min),
            ends=datetime.combine(plan.ends.date(), time.min),
        )
    reasons |= require_span(plan.starts, plan.ends, plan.zone, is_all_day=plan.is_all_day)
    year = clock.today(plan.zone).year
    if not year - MAX_YEARS_BACK <= plan.starts.year <= year + MAX_YEARS_AHEAD:
        reasons["starts_on"] = _l("Choose a day within the next five years.")
    if plan.capacity is not None and not 1 <= plan.capacity <= CAPACITY_LIMIT:
        reasons["capacity"] = _l(
            "Enter a number of places from 1 to %(limit)s, or leave this field empty.",
            limit=CAPACITY_LIMIT,
        )
    link = optional_text(plan.link, "link", LINK_LIMIT)
    if link and not _is_link(link):
        reasons["link"] = _l("Enter an address that begins with https://")
    place = optional_line(plan.place, "place", PLACE_LIMIT)
    if reasons:
        raise Invalid(reasons)
    rule = read_rule(plan.rule)
    if rule:
        _require_fit(rule, plan)
    return replace(plan, place=place, link=link, rule=str(rule) if rule else "")


def require_span(
    starts: datetime, ends: datetime, zone: str, *, is_all_day: bool
) -> dict[str, Words]:
    """Return the errors of a start and an end, by field; empty where both are valid."""
    reasons: dict[str, Words] = {}
    if ends <= starts:
        reasons["ends_on"] = _l("The event ends before it begins. Choose a later end date or time.")
    elif ends - starts > MAX_LENGTH:
        reasons["ends_on"] = _l("An event can last up to a month.")
    for field, moment in (("starts_on", starts), ("ends_on", ends)):
        if not is_all_day and field not in reasons and not _is_shown(moment, zone):
            reasons[field] = _l(
                "The clocks go forward on that day, so this time does not exist. "
                "Choose another time."
            )
    return reasons


def changes_between(before: EventPlan, after: EventPlan) -> list[str]:
    """Return which parts of the plan changed, as codes of `COUNTED`."""
    pairs = {
        "time": [(plan.starts, plan.ends, plan.zone, plan.is_all_day) for plan in (before, after)],
        **{name: [getattr(plan, name) for plan in (before, after)] for name in COUNTED[1:]},
    }
    return [name for name in COUNTED if pairs[name][0] != pairs[name][1]]


@cache
def zones() -> frozenset[str]:
    """Return the names of the known time zones."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC") - {
        name for name in available_timezones() if name.startswith(("SystemV/", "posix/"))
    }


def _is_shown(moment: datetime, zone: str) -> bool:
    try:
        clock.instant_of(moment, zone)
    except (ValueError, OverflowError):
        return False
    return True


def _is_link(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    is_plain = link.isprintable() and not any(sign in link for sign in ' <>"\\')
    return is_plain and parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


def _require_fit(rule: Rule, plan: EventPlan) -> None:
    """Check that the first day is a day of the rule, and that the rule ends after it."""
    if not rule.has(plan.starts.date()):
        raise Invalid(
            {"rule": _l("The first day must be one of the days on which the event repeats.")}
        )
    if rule.until and rule.until < plan.starts.date():
        raise Invalid({"rule": _l("The end must be later than the start. Choose a later end.")})
