"""How an event repeats: the part of RFC 5545 that people need, and on which days that is.

It is reckoned by the clock on the wall, without a zone: what repeats at ten is at ten, whatever
the clocks do meanwhile.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import recurring_ical_events
from icalendar import Calendar
from icalendar import Event as Component

from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l

AHEAD = timedelta(days=2 * 366)
BEHIND = timedelta(days=366)
MOST = 366
"""So many of its days are known at once, to either side of the present."""
INTERVAL_LIMIT = 99
TEXT_LIMIT = 200
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
KEY = "%Y%m%dT%H%M%S"
WEEK = 7

_DAY = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[0-9]{1,4}")
_UNTIL = re.compile(r"([0-9]{8})(T[0-9]{6}Z?)?")


@dataclass(frozen=True)
class Rule:
    """Each how manieth day, week, month or year, on which days, and until when.

    `days` are weekdays (`MO`), of a month also with their place (`1MO`, `-1FR`). `until` is the
    last day, by the clock of the event. Without an end it goes on.
    """

    frequency: str
    interval: int = 1
    days: tuple[str, ...] = ()
    count: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        """As it is stored: one spelling for one rule."""
        parts = [f"FREQ={self.frequency}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"BYDAY={','.join(self.days)}"] if self.days else []
        parts += [f"COUNT={self.count}"] if self.count else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until else []
        return ";".join(parts)

    def has(self, day: date) -> bool:
        """Whether a day is one of those that `days` names; without any each is."""
        return not self.days or any(_is(day, name) for name in self.days)

    def parts(self) -> dict[str, Any]:
        """As icalendar writes it, without its end as a day."""
        found: dict[str, Any] = {"FREQ": self.frequency}
        if self.interval > 1:
            found["INTERVAL"] = self.interval
        if self.days:
            found["BYDAY"] = list(self.days)
        if self.count:
            found["COUNT"] = self.count
        return found


def read_rule(text: str) -> Rule | None:
    """A rule as somebody wrote it; None where there is none.

    Source: RFC 5545, 3.3.10, of it FREQ from days to years, INTERVAL, BYDAY, COUNT and UNTIL.

    Raises:
        Invalid: it is none, asks for what is not known here, or for more than can be.
    """
    text = text.strip().upper().removeprefix("RRULE:")
    if not text:
        return None
    if len(text) > TEXT_LIMIT:
        raise _refused()
    parts: dict[str, str] = {}
    for part in text.rstrip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in parts:
            raise _refused()
        parts[name] = value
    if parts.pop("WKST", "MO") != "MO":
        raise _refused()
    frequency = parts.pop("FREQ", "")
    if frequency not in FREQUENCIES:
        words = _l(
            "An event can repeat daily, weekly, monthly or yearly. It cannot "
            "repeat more than once a day."
        )
        raise Invalid({"rule": words})
    rule = Rule(
        frequency,
        _number(parts.pop("INTERVAL", "1"), INTERVAL_LIMIT),
        _days(parts.pop("BYDAY", ""), frequency),
        _number(parts.pop("COUNT"), MOST) if "COUNT" in parts else None,
        _until(parts.pop("UNTIL", "")),
    )
    if parts or (rule.count and rule.until):
        raise _refused()
    return rule


def days_of(
    rule: Rule | None, starts: datetime, around: datetime, *, most: int = MOST
) -> list[datetime]:
    """When an event begins, by the clock, in their order: so many before a moment and after it.

    Args:
        starts: when it begins for the first time.
        around: the moment, by the same clock.
    """
    if rule is None:
        return [starts]
    component = Component()
    component.add("uid", "one")
    component.add("dtstart", starts)
    component.add("dtend", starts + timedelta(minutes=1))
    limits = {"UNTIL": datetime.combine(rule.until, time.max)} if rule.until else {}
    component.add("rrule", {**rule.parts(), **limits})
    calendar = Calendar()
    calendar.add_component(component)
    asked = recurring_ical_events.of(calendar)
    found = sorted({each["DTSTART"].dt for each in asked.between(around - BEHIND, around + AHEAD)})
    before = [each for each in found if each < around]
    after = [each for each in found if each >= around]
    return [*before[-most:], *after[:most]]


def key_of(starts: datetime) -> str:
    """By what one of its days is known: when the rule put it."""
    return starts.strftime(KEY)


def read_key(key: str) -> datetime:
    """The moment in a key, by the clock."""
    return datetime.strptime(key, KEY)  # noqa: DTZ007 - by the clock of its event


def _is(day: date, name: str) -> bool:
    if WEEKDAYS[day.weekday()] != name[-2:]:
        return False
    place = name[:-2]
    if place == "-1":
        return (day + timedelta(days=WEEK)).month != day.month
    return not place or (day.day - 1) // WEEK + 1 == int(place)


def _days(text: str, frequency: str) -> tuple[str, ...]:
    if not text:
        return ()
    names = text.split(",")
    found = [_DAY.fullmatch(name.removeprefix("+")) for name in names]
    if frequency == "YEARLY" or len(names) > len(WEEKDAYS) or not all(found):
        raise _refused()
    if frequency != "MONTHLY" and any(each and each[1] for each in found):
        raise _refused()
    order = {name: place for place, name in enumerate(WEEKDAYS)}
    return tuple(sorted({each[0] for each in found if each}, key=lambda name: order[name[-2:]]))


def _number(text: str, limit: int) -> int:
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= limit:
        words = _l("An event can repeat from 1 to %(limit)s times.", limit=MOST)
        raise Invalid({"rule": words})
    return int(text)


def _until(text: str) -> date | None:
    if not text:
        return None
    found = _UNTIL.fullmatch(text)
    try:
        return datetime.strptime(found[1], "%Y%m%d").date() if found else _none()  # noqa: DTZ007 - a day
    except ValueError as error:
        raise _refused() from error


def _none() -> date:
    raise _refused()


def _refused() -> Invalid:
    return Invalid(
        {
            "rule": _l(
                "This repeat rule cannot be read. State how often the event repeats, on "
                "which days, and how many times or until when. For example: "
                "FREQ=WEEKLY;BYDAY=MO;COUNT=10."
            )
        }
    )
