"""Scheduled sending on the page: the times on offer, and the messages that wait."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.scheduled import NotSent, ScheduledMessage, scheduled_by
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.queries import quiet_time_of, quiet_until, showing_hours
from intranet.organisation.worktime.sender_notes import moment
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.html import plain_text
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import EmptyIsNone, Form, require_days

START_OF_DAY = time(8)
MONDAY = 0
SHOWN_CHARACTERS = 200

REASONS: dict[NotSent, Words] = {
    NotSent.GONE: _l("You no longer have access to this conversation."),
    NotSent.CLOSED: _l("You can no longer write in this conversation."),
    NotSent.CHANGED: _l("The post, the thread or a file attached to the message no longer exists."),
    NotSent.BROKEN: _l("The message could not be sent because of an error. Try again later."),
}


Day = Annotated[date | None, EmptyIsNone]
Clock = Annotated[time | None, EmptyIsNone]


@dataclass(frozen=True)
class OfferedTime:
    """A time on offer, with its name and its date in words."""

    when: str
    label: str
    at: datetime
    words: str


@dataclass(frozen=True)
class ShownScheduled:
    """A scheduled message as its author sees it; `failure` says why it was not sent."""

    id: UUID
    conversation_id: UUID
    at: datetime
    when: str
    words: str
    body: str
    files: int
    failure: str


class LaterForm(Form):
    """When to send a message: a time on offer, or a day and a time."""

    when: Literal["start", "monday", "at"] = "start"
    day: Day = None
    hour: Clock = None

    def send_at(self, person: Person, conversation: Conversation, zone: str) -> datetime:
        """Return the chosen instant, in the person's time zone.

        Raises:
            Invalid: day or time is missing, or the clock skips that time.
        """
        for offered in offered_times(person, conversation, zone):
            if offered.when == self.when:
                return offered.at
        require_days(day=self.day)
        if self.day is None or self.hour is None:
            raise Invalid({"send_at": _l("Choose a day and a time.")})
        try:
            local = datetime.combine(self.day, self.hour.replace(tzinfo=None))
            return clock.instant_of(local, zone)
        except ValueError as error:
            words = _l(
                "The clocks go forward on that day, so this time does not exist. "
                "Choose another time."
            )
            raise Invalid({"send_at": words}) from error


def offered_times(person: Person, conversation: Conversation, zone: str) -> list[OfferedTime]:
    """List the times at which a message may be sent later, the most usual first."""
    now = clock.now()
    label, start = _start(person, conversation, zone, now)
    monday = _at_eight(now, zone, 7 - (now.astimezone(ZoneInfo(zone)).weekday() - MONDAY) % 7)
    found = [("start", label, start)]
    if monday != start:
        found.append(("monday", _("On Monday morning"), monday))
    return [OfferedTime(when, label, at, moment(at, now)) for when, label, at in found]


def scheduled_view_models(
    person: Person, conversation_id: UUID, parent_id: UUID | None = None
) -> list[ShownScheduled]:
    """List the person's scheduled messages in a conversation, or in one of its threads."""
    now = clock.now()
    rows = scheduled_by(person, conversation_id)
    return [scheduled_view_model(row, now) for row in rows if row.parent_id == parent_id]


def scheduled_view_model(row: ScheduledMessage, now: datetime) -> ShownScheduled:
    """Return a scheduled message for its author, with times in their language and zone."""
    words = " ".join(plain_text(row.body).split()) or ", ".join(
        held.file.name for held in row.files
    )
    return ShownScheduled(
        id=row.id,
        conversation_id=row.conversation_id,
        at=row.send_at,
        when=moment(row.send_at, now) if row.send_at > now else _("in a moment"),
        words=words[:SHOWN_CHARACTERS],
        body=row.body,
        files=len(row.files),
        failure=str(REASONS[row.failure]) if row.failure else "",
    )


def _start(
    person: Person, conversation: Conversation, zone: str, now: datetime
) -> tuple[str, datetime]:
    """Return when the recipient's quiet hours end, else the person's own."""
    if conversation.kind == ConversationKind.DIRECT:
        others = conversation_queries.reader_ids(conversation) - {person.id}
        if quiet := quiet_until(showing_hours(others), now):
            return _("When the recipient’s quiet hours end"), max(quiet.values())
    peace = quiet_time_of(person.id, now)
    if start := peace.ends or peace.then_ends:
        return _("When your working day begins"), start
    return _("In the morning"), _at_eight(now, zone, 1)


def _at_eight(now: datetime, zone: str, days: int) -> datetime:
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return clock.instant_of(datetime.combine(day, START_OF_DAY), zone)
