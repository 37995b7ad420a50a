"""Notes for senders: when recipients in a quiet time will be notified."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import format_date, to_user_timezone

from intranet.organisation.people.absence_queries import absences_on
from intranet.organisation.people.availability import AvailabilityState, availability
from intranet.organisation.people.models import Person, Showing
from intranet.organisation.people.queries import time_zone_of
from intranet.organisation.worktime.queries import (
    NotificationWaves,
    quiet_time_of,
    quiet_until,
    showing_hours,
)
from intranet.platform.core.dates import clock_time, day
from intranet.platform.core.i18n import _, ngettext

UNAMBIGUOUS_WEEKDAYS = 7
"""Within so many days the name of a weekday is unambiguous."""


def reading_note(person: Person, now: datetime) -> str:
    """Say that a person is away or will be notified later; empty if neither, or if it is hidden."""
    zone = time_zone_of(person.id)
    absence = absences_on([person.id], now.astimezone(ZoneInfo(zone)).date()).get(person.id)
    shown = availability(person, absence, now, zone)
    away = shown.text if shown and shown.state == AvailabilityState.AWAY else ""
    if person.showing != Showing.HOURS:
        return away
    ends = quiet_until([person.id], now).get(person.id)
    if ends is None:
        return away
    if away:
        return _(
            "%(away)s. This person will be notified %(when)s", away=away, when=moment(ends, now)
        )
    return _(
        "Outside the recipient’s working hours: the message will arrive now "
        "and the notification %(when)s",
        when=moment(ends, now),
    )


def post_note(person_ids: Collection[UUID], now: datetime) -> str:
    """Say when the first speaker of a post will be notified; empty if any is notified at once.

    The note is also empty if a speaker does not show their hours.
    """
    quiet = quiet_until(showing_hours(person_ids), now)
    if not quiet or len(quiet) < len(set(person_ids)):
        return ""
    when = moment(min(quiet.values()), now)
    return _(
        "The person who answers is outside their working hours and will be notified %(when)s",
        when=when,
    )


def reached_note(reached: NotificationWaves, now: datetime) -> str:
    """Say how many people will be notified later, and when; empty if there are none.

    For example: `63 people will be notified on Monday at 8:00`.
    """
    if reached.first_at is None or reached.last_at is None:
        return ""
    first, last = moment(reached.first_at, now), moment(reached.last_at, now)
    if first == last:
        return ngettext(
            "%(num)s person will be notified %(when)s",
            "%(num)s people will be notified %(when)s",
            reached.later,
            when=first,
        )
    return ngettext(
        "%(num)s person will be notified later: the first %(first)s, the last %(last)s",
        "%(num)s people will be notified later: the first %(first)s, the last %(last)s",
        reached.later,
        first=first,
        last=last,
    )


def own_note(person: Person, now: datetime) -> str:
    """Say when the person's own quiet time begins and ends."""
    peace = quiet_time_of(person.id, now)
    if peace.ends:
        when = moment(peace.ends, now)
        return _(
            "Notifications are currently paused. Anything that is not urgent will "
            "wait until %(when)s.",
            when=when,
        )
    if peace.begins is None:
        return _("You will be notified at any time, including in the evening and on holidays.")
    return _(
        "Your working day ends %(end)s. After that, anything that is not "
        "urgent will wait until %(when)s.",
        end=moment(peace.begins, now),
        when=moment(peace.then_ends or peace.begins, now),
    )


def moment(at: datetime, now: datetime) -> str:
    """Format a future instant relative to now in the reader's zone: `on Monday at 8:00`."""
    there, time = to_user_timezone(at), clock_time(at)
    days = (there.date() - to_user_timezone(now).date()).days
    if days == 0:
        return _("today at %(time)s", time=time)
    if days == 1:
        return _("tomorrow at %(time)s", time=time)
    if days < UNAMBIGUOUS_WEEKDAYS:
        weekday = format_date(there, "EEEE", rebase=False)
        return _("on %(weekday)s at %(time)s", weekday=weekday, time=time)
    return _("on %(day)s at %(time)s", day=day(at), time=time)
