"""How an event repeats: a subset of RFC 5545, and the days that a rule gives.

Days are calculated as local times without a zone: an event at ten stays at ten when the clocks
change.
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

HORIZON_AHEAD = timedelta(days=2 * 366)
HORIZON_BEHIND = timedelta(days=366)
MAX_OCCURRENCES = 366
"""At most this many days are calculated, on either side of the present."""
INTERVAL_LIMIT = 99
TEXT_LIMIT = 200
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
KEY = "%Y%m%dT%H%M%S"
DAYS_A_WEEK = 7

_DAY = re.compile(r"(-1|[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[0-9]{1,4}")
_UNTIL = re.compile(r"([0-9]{8})(T[0-9]{6}Z?)?")


@dataclass(frozen=True)
class Rule:
    """How an event repeats: a frequency, an interval, weekdays and an end.

    `days` are weekdays (`MO`), in a monthly rule also with their place in the month (`1MO`,
    `-1FR`). `until` is the last day, by the clock of the event. Without `count` and `until` the
    rule has no end.
    """

    frequency: str
    interval: int = 1
    days: tuple[str, ...] = ()
    count: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        """Return the rule in its canonical form, as it is stored."""
        parts = [f"FREQ={self.frequency}"]
        parts += [f"INTERVAL={self.interval}"] if self.interval > 1 else []
        parts += [f"BYDAY={','.join(self.days)}"] if self.days else []
        parts += [f"COUNT={self.count}"] if self.count else []
        parts += [f"UNTIL={self.until:%Y%m%d}"] if self.until else []
        return ";".join(parts)

    def has(self, day: date) -> bool:
        """Whether a day is one of the weekdays in `days`; every day where there are none."""
        return not self.days or any(_is(day, name) for name in self.days)

    def parts(self) -> dict[str, Any]:
        """Return the rule as icalendar expects it, without `until`."""
        found: dict[str, Any] = {"FREQ": self.frequency}
        if self.interval > 1:
            found["INTERVAL"] = self.interval
        if self.days:
            found["BYDAY"] = list(self.days)
        if self.count:
            found["COUNT"] = self.count
        return found


def read_rule(text: str) -> Rule | None:
    """Parse a rule; return None where the text is empty.

    Source: RFC 5545, 3.3.10, only FREQ from DAILY to YEARLY, INTERVAL, BYDAY, COUNT and UNTIL.

    Raises:
        Invalid: the rule cannot be read, uses an unsupported part, or exceeds a limit.
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
        _number(parts.pop("COUNT"), MAX_OCCURRENCES) if "COUNT" in parts else None,
        _until(parts.pop("UNTIL", "")),
    )
    if parts or (rule.count and rule.until):
        raise _refused()
    return rule


def days_of(
    rule: Rule | None, starts: datetime, around: datetime, *, most: int = MAX_OCCURRENCES
) -> list[datetime]:
    """Return the local starts of an event in order: up to `most` on each side of a moment.

    Args:
        starts: the first start.
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
    within = asked.between(around - HORIZON_BEHIND, around + HORIZON_AHEAD)
    found = sorted({each["DTSTART"].dt for each in within})
    before = [each for each in found if each < around]
    after = [each for each in found if each >= around]
    return [*before[-most:], *after[:most]]


def key_of(starts: datetime) -> str:
    """Return the key of a day: the local time at which the rule puts it."""
    return starts.strftime(KEY)


def read_key(key: str) -> datetime:
    """Return the local time in a key."""
    return datetime.strptime(key, KEY)  # noqa: DTZ007 - by the clock of its event


def _is(day: date, name: str) -> bool:
    if WEEKDAYS[day.weekday()] != name[-2:]:
        return False
    place = name[:-2]
    if place == "-1":
        return (day + timedelta(days=DAYS_A_WEEK)).month != day.month
    return not place or (day.day - 1) // DAYS_A_WEEK + 1 == int(place)


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
        words = _l("An event can repeat from 1 to %(limit)s times.", limit=MAX_OCCURRENCES)
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
