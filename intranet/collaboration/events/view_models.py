"""Events as pages and mails show them, in the reader's time zone and language."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location

from intranet.collaboration.events import attendance
from intranet.collaboration.events.models import (
    WHOLE,
    AnswerKind,
    Event,
    EventAnswer,
    EventOccurrence,
)
from intranet.collaboration.events.queries import EventDetails
from intranet.collaboration.events.recurrence import WEEKDAYS, Rule, read_rule
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.dates import day as day_words
from intranet.platform.core.dates import relative_day
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.web import current_language, current_zone
from intranet.publishing.publications.view_models import origin_of, text_of

A_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True)
class EventTimeText:
    """The day and hours of an occurrence for the reader, and the local hours where these differ."""

    starts_at: datetime
    day: date
    days: str
    hours: str
    there: str = ""
    is_over: bool = False

    @property
    def words(self) -> str:
        """The day and hours in a line of text."""
        said = ", ".join(part for part in (self.days, self.hours) if part)
        return f"{said} ({self.there})" if self.there else said


@dataclass(frozen=True)
class EventListLine:
    """An occurrence in a list of events."""

    id: UUID
    recurrence: str
    title: str
    language: str
    when: EventTimeText
    place: str
    link: str
    by: str
    space: str
    capacity: int | None
    going: int
    answer: str
    is_waiting: bool
    is_cancelled: bool
    is_repeating: bool


def when_of(
    event: Event,
    starts_at: datetime,
    ends_at: datetime,
    zone: str = "",
    *,
    now: datetime | None = None,
) -> EventTimeText:
    """Return the day and hours of an occurrence in a time zone, by default the reader's."""
    zone = zone or current_zone()
    own = ZoneInfo(event.zone)
    if event.is_all_day:
        first = starts_at.astimezone(own).date()
        last = (ends_at - timedelta(seconds=1)).astimezone(own).date()
        days = _day(first) if first == last else f"{_day(first)} – {_day(last)}"
        return EventTimeText(starts_at, first, days, "", "", ends_at <= (now or clock.now()))
    here = ZoneInfo(zone)
    begins, ends = starts_at.astimezone(here), ends_at.astimezone(here)
    there = ""
    if starts_at.astimezone(own).utcoffset() != begins.utcoffset():
        hours = _hours(starts_at.astimezone(own), ends_at.astimezone(own))
        there = _("%(hours)s in %(place)s", hours=hours, place=zone_name(event.zone))
    return EventTimeText(
        starts_at,
        begins.date(),
        _day(begins.date()),
        _hours(begins, ends),
        there,
        ends_at <= (now or clock.now()),
    )


def lines_of(person: Person, items: Sequence[EventDetails]) -> list[EventListLine]:
    """Return occurrences as lines of a list, with the person's answers. Two queries."""
    ids = {item.publication.id for item in items}
    if not ids:
        return []
    answers = attendance.answers_of(person, ids)
    going = attendance.counts({(item.publication.id, item.occurrence.recurrence) for item in items})
    return [_line(item, answers, going) for item in items]


def by_day(lines: Iterable[EventListLine]) -> list[tuple[str, list[EventListLine]]]:
    """Group lines, in the order given, by the day on which each begins for the reader."""
    return [
        (relative_day(day), list(of_day))
        for day, of_day in groupby(lines, key=lambda line: line.when.day)
    ]


def answer_at(
    answers: Mapping[tuple[UUID, str], EventAnswer], event: Event, recurrence: str
) -> EventAnswer | None:
    """Return the answer to an occurrence; an answer to the day comes before one to all days."""
    of_day = answers.get((event.publication_id, recurrence))
    return of_day or answers.get((event.publication_id, WHOLE))


def time_rows(event: Event, times: Sequence[EventOccurrence]) -> list[dict[str, Any]]:
    """Return the days of a repeating event as options."""
    return [
        {
            "key": time.recurrence,
            "when": when_of(event, time.starts_at, time.ends_at),
            "is_cancelled": time.cancelled_at is not None,
        }
        for time in times
    ]


def rule_words(rule: Rule | None) -> str:
    """Describe in words how an event repeats."""
    if rule is None:
        return ""
    said = {
        "DAILY": ngettext("Every day", "Every %(num)s days", rule.interval),
        "WEEKLY": ngettext("Every week", "Every %(num)s weeks", rule.interval),
        "MONTHLY": ngettext("Every month", "Every %(num)s months", rule.interval),
        "YEARLY": ngettext("Every year", "Every %(num)s years", rule.interval),
    }[rule.frequency]
    days = ", ".join(weekday(name) for name in rule.days)
    words = _("%(often)s: %(days)s", often=said, days=days) if days else said
    if rule.count:
        times = ngettext("once", "%(num)s times", rule.count)
        return f"{words}, {times}"
    if rule.until:
        return _("%(often)s, until %(day)s", often=words, day=_day(rule.until, with_weekday=False))
    return words


def zone_name(zone: str) -> str:
    """Return the name of a time zone by its city."""
    return str(get_timezone_location(ZoneInfo(zone), locale=_locale(), return_city=True) or zone)


def change_words(codes: Collection[str]) -> list[str]:
    """Return codes of changes in words."""
    words = {
        "time": _("the date or time"),
        "rule": _("how the event repeats"),
        "place": _("the place"),
        "link": _("the link"),
        "capacity": _("the number of places"),
        "text": _("the text"),
    }
    return [words[code] for code in words if code in codes]


def repeat_words(event: Event) -> str:
    """Describe how an event repeats; empty where it does not."""
    return rule_words(read_rule(event.rule))


def _line(
    item: EventDetails,
    answers: Mapping[tuple[UUID, str], EventAnswer],
    going: Mapping[tuple[UUID, str], int],
) -> EventListLine:
    publication, event, time = item.publication, item.event, item.occurrence
    own = publication.space.agency.language
    said = answer_at(answers, event, time.recurrence)
    return EventListLine(
        id=publication.id,
        recurrence=time.recurrence,
        title=item.version.title.text(current_language(), own),
        language=item.version.title.language(current_language(), own),
        when=when_of(event, time.starts_at, time.ends_at),
        place=event.place,
        link=event.link,
        by=text_of(publication.post.title, own),
        space=origin_of(publication),
        capacity=event.capacity,
        going=going.get((publication.id, time.recurrence), 0),
        answer=said.answer.value if said else "",
        is_waiting=bool(said and said.answer == AnswerKind.YES and said.waiting is not None),
        is_cancelled=time.cancelled_at is not None,
        is_repeating=event.is_repeating,
    )


def _hours(begins: datetime, ends: datetime) -> str:
    first, last = (format_time(each, "short", locale=_locale()) for each in (begins, ends))
    if begins.date() == ends.date():
        return f"{first}–{last}"
    return f"{first} – {_day(ends.date())}, {last}"


def _day(day: date, *, with_weekday: bool = True) -> str:
    words = str(day_words(day))
    if not with_weekday:
        return words
    return _("%(weekday)s, %(day)s", weekday=format_date(day, "EEEE", locale=_locale()), day=words)


def month_name(day: date) -> str:
    """Return the month of a day: `November 2026`."""
    return str(format_skeleton("yMMMM", day, locale=_locale()))


def weekday(name: str) -> str:
    """Return a day of a rule in words: `Monday`, `first Monday of the month`."""
    day = A_MONDAY + timedelta(days=WEEKDAYS.index(name[-2:]))
    words = str(format_date(day, "EEEE", locale=_locale()))
    places = {
        "1": _("first %(day)s of the month", day=words),
        "2": _("second %(day)s of the month", day=words),
        "3": _("third %(day)s of the month", day=words),
        "4": _("fourth %(day)s of the month", day=words),
        "5": _("fifth %(day)s of the month", day=words),
        "-1": _("last %(day)s of the month", day=words),
    }
    return places.get(name[:-2], words)


def _locale() -> Locale:
    """Return the reader's locale; English is British English."""
    language = current_language()
    return Locale("en", "GB") if language == "en" else Locale(language)
