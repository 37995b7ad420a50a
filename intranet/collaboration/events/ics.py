"""Events as iCalendar text, for other calendar programs.

Source: RFC 5545, and RFC 5546 for calendars sent by mail. Answers by mail are not accepted, so
events are sent with PUBLISH, never with REQUEST: a program that offers to answer would write to a
mailbox that nobody reads. The icalendar library escapes and folds lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vRecur
from icalendar import Event as Component

from intranet.collaboration.events.models import WHOLE, AnswerKind, Event, EventException
from intranet.collaboration.events.occurrences import span_of
from intranet.collaboration.events.queries import EventDetails
from intranet.collaboration.events.recurrence import read_key, read_rule
from intranet.organisation.agencies.models import MailContent
from intranet.platform.core import clock
from intranet.platform.core.html import plain_text
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language, settings, site_address
from intranet.publishing.publications.view_models import text_of

PRODUCT = "-//Intranet//Events//ES"
MIMETYPE = "text/calendar"
REFRESH = timedelta(hours=1)
ZONES_UNTIL = timedelta(days=10 * 366)


@dataclass(frozen=True)
class EventCalendarEntry:
    """An event, with the data that its entry in a reader's calendar depends on.

    `answers` are the reader's answers by day. `content` is how much of the text may leave the
    intranet.
    """

    item: EventDetails
    exceptions: Sequence[EventException] = ()
    answers: Mapping[str, AnswerKind] = field(default_factory=dict)
    content: MailContent = MailContent.TEXT
    is_answered: bool = False


def calendar_of(entries: Iterable[EventCalendarEntry], *, name: str = "", method: str = "") -> str:
    """Return a calendar with these events and the time zones that they need."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    first = clock.now()
    for entry in entries:
        first = min(first, entry.item.event.starts.replace(tzinfo=UTC))
        for component in _components(entry, is_message=bool(method)):
            calendar.add_component(component)
    begin = first.date() - timedelta(days=366)
    calendar.add_missing_timezones(begin, clock.now().date() + ZONES_UNTIL)
    return str(calendar.to_ical().decode())


def cancellation(entry: EventCalendarEntry, recurrence: str) -> str:
    """Return the cancellation of a single day, for calendars that hold the event."""
    event = entry.item.event
    component = _component(entry, is_message=True)
    starts = read_key(recurrence)
    component.add("recurrence-id", _moment(event, starts))
    _add_span(component, event, *_planned(event, starts))
    component["status"] = "CANCELLED"
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL")
    calendar.add_component(component)
    calendar.add_missing_timezones(starts.date() - timedelta(days=366), starts.date() + ZONES_UNTIL)
    return str(calendar.to_ical().decode())


def _components(entry: EventCalendarEntry, *, is_message: bool) -> Iterable[Component]:
    event = entry.item.event
    days = [key for key, answer in entry.answers.items() if key and answer != AnswerKind.NO]
    if event.is_repeating and entry.is_answered and WHOLE not in entry.answers:
        for key in sorted(days):
            yield _day(entry, key, is_message=is_message)
        return
    component = _component(entry, is_message=is_message)
    _add_span(component, event, event.starts, event.ends)
    if event.is_repeating:
        _add_rule(component, event)
        refused = {key for key, answer in entry.answers.items() if key and answer == AnswerKind.NO}
        left = {row.recurrence for row in entry.exceptions if row.cancelled_at} | refused
        for key in sorted(left):
            component.add("exdate", _moment(event, read_key(key)))
    yield component
    for row in entry.exceptions if event.is_repeating else ():
        if row.starts and row.ends and row.recurrence not in left:
            moved = _component(entry, is_message=is_message)
            moved.add("recurrence-id", _moment(event, read_key(row.recurrence)))
            _add_span(moved, event, row.starts, row.ends)
            yield moved


def _day(entry: EventCalendarEntry, key: str, *, is_message: bool) -> Component:
    """Return a day of a repeating event as its own entry, for a person who attends only then."""
    event = entry.item.event
    exception = next((row for row in entry.exceptions if row.recurrence == key), None)
    component = _component(entry, is_message=is_message, day=key)
    if exception and exception.starts and exception.ends:
        _add_span(component, event, exception.starts, exception.ends)
    else:
        _add_span(component, event, *_planned(event, read_key(key)))
    if exception and exception.cancelled_at:
        component["status"] = "CANCELLED"
    return component


def _component(entry: EventCalendarEntry, *, is_message: bool, day: str = "") -> Component:
    """Return the properties that every component of the event shares."""
    item, event = entry.item, entry.item.event
    own = item.publication.space.agency.language
    address = site_address(f"/events/{event.publication_id}")
    component = Component()
    component.add("uid", f"{event.publication_id}-{day}" if day else str(event.publication_id))
    component.add("dtstamp", clock.now() if is_message else event.changed_at)
    component.add("created", item.publication.published_at or event.changed_at)
    component.add("last-modified", event.changed_at)
    component.add("sequence", event.sequence)
    says_title = entry.content != MailContent.NOTHING
    title = item.version.title.text(current_language(), own)
    component.add("summary", _sound(title) if says_title else _("An event"))
    component.add("url", address)
    lines = [address]
    if says_title:
        if event.place:
            component.add("location", _sound(event.place))
        elif event.link:
            component.add("location", event.link)
        lines[:0] = [event.link] if event.link else []
    if entry.content == MailContent.TEXT:
        summary = plain_text(item.version.summary.text(current_language(), own))
        lines[:0] = [_sound(summary)] if summary else []
    component.add("description", "\n\n".join(lines))
    component.add("organizer", _organizer(item, own if says_title else ""))
    component.add("status", _status(entry, day))
    component.add("transp", "OPAQUE" if entry.is_answered else "TRANSPARENT")
    return component


def _organizer(item: EventDetails, language: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{parseaddr(settings().mail_from)[1]}")
    if language:
        name = text_of(item.publication.post.title, language)
        organizer.params["CN"] = _sound(name).replace('"', "'").replace("\n", " ")
    return organizer


def _status(entry: EventCalendarEntry, day: str) -> str:
    if entry.item.event.cancelled_at:
        return "CANCELLED"
    answer = entry.answers.get(day) or entry.answers.get(WHOLE)
    return "TENTATIVE" if answer == AnswerKind.MAYBE else "CONFIRMED"


def _add_span(component: Component, event: Event, starts: datetime, ends: datetime) -> None:
    component.add("dtstart", _moment(event, starts))
    component.add("dtend", _moment(event, ends))


def _add_rule(component: Component, event: Event) -> None:
    rule = read_rule(event.rule)
    if rule is None:
        return
    parts = rule.parts()
    if rule.until and event.is_all_day:
        parts["UNTIL"] = rule.until
    elif rule.until:
        last = datetime.combine(rule.until, time.max, ZoneInfo(event.zone))
        parts["UNTIL"] = last.astimezone(UTC).replace(microsecond=0)
    component.add("rrule", vRecur(parts))


def _moment(event: Event, local: datetime) -> date | datetime:
    """Return a local time with the event's zone, or the day of an all-day event."""
    if event.is_all_day:
        return local.date()
    return local.replace(tzinfo=ZoneInfo(event.zone))


def _planned(event: Event, starts: datetime) -> tuple[datetime, datetime]:
    """Return the planned start and end of a day of the event, by the clock."""
    if event.is_all_day:
        return starts, starts + event.length
    _begins, ends_at = span_of(event, starts)
    return starts, ends_at.astimezone(ZoneInfo(event.zone)).replace(tzinfo=None)


def _sound(text: str) -> str:
    """Remove characters that a line of a calendar may not hold."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in kept if char.isprintable() or char == "\n")
