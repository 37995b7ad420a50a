"""Events by the clock of their place, an index of their occurrences, answers and minutes."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import JSON, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication

EVENT = "event"
WHOLE = ""
"""The `recurrence` that stands for the event itself, or for all its days."""


class AnswerKind(StrEnum):
    """Whether a person attends an event."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Event(Model):
    """The time and place of an event; its text belongs to its publication.

    `starts` and `ends` are local times in `zone`, without an offset: countries change their rules,
    so instants are calculated (`occurrences.py`), never stored as the source. `ends` is exclusive;
    an all-day event ends at a midnight. `rule` says how the event repeats (`recurrence.Rule`); it
    is empty where the event does not repeat. `sequence` rises with each change that calendars must
    know of, and `changes` lists the last ones.
    """

    __tablename__ = "events"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    starts: Mapped[datetime] = mapped_column(DateTime())
    ends: Mapped[datetime] = mapped_column(DateTime())
    zone: Mapped[str] = mapped_column(String(64))
    is_all_day: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int | None]
    rule: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    changes: Mapped[list[str]] = mapped_column(JSON, default=list)
    change_note: Mapped[str] = mapped_column(String(300), default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    cancelled_reason: Mapped[str] = mapped_column(String(300), default="")
    reckoned_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)

    publication: Mapped[Publication] = relationship()
    exceptions: Mapped[list["EventException"]] = relationship(
        lazy="raise_on_sql", order_by="EventException.recurrence", viewonly=True
    )

    @property
    def is_repeating(self) -> bool:
        """Whether the event repeats by a rule."""
        return bool(self.rule)

    @property
    def is_answered_by_day(self) -> bool:
        """Whether each day has its own answers, because its places are counted by day."""
        return self.is_repeating and self.capacity is not None

    @property
    def length(self) -> timedelta:
        """The length of the event, by the clock."""
        return self.ends - self.starts


class EventOccurrence(Model):
    """An occurrence of an event as instants: an index, recalculated from the event.

    `recurrence` is the local time at which the rule puts it (`20261130T100000`), or `WHOLE` where
    the event does not repeat.
    """

    __tablename__ = "event_occurrences"
    __table_args__ = (
        Index("ix_event_occurrences_starts_at", "starts_at", "publication_id", "ends_at"),
        Index(
            "ix_event_occurrences_not_reminded",
            "starts_at",
            sqlite_where=text("reminded_at IS NULL"),
            postgresql_where=text("reminded_at IS NULL"),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("events.publication_id"), primary_key=True
    )
    recurrence: Mapped[str] = mapped_column(String(15), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    event: Mapped[Event] = relationship()


class EventException(Model):
    """A day of a repeating event that was moved or cancelled."""

    __tablename__ = "event_exceptions"

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("events.publication_id"), primary_key=True
    )
    recurrence: Mapped[str] = mapped_column(String(15), primary_key=True)
    starts: Mapped[datetime | None] = mapped_column(DateTime())
    ends: Mapped[datetime | None] = mapped_column(DateTime())
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_reason: Mapped[str] = mapped_column(String(300), default="")


class EventAnswer(Model):
    """A person's answer, under a post, to a day of an event or to all its days (`WHOLE`).

    An answer to a day takes precedence over an answer to all days. `waiting` is a number on the
    waiting list; None where the person has a place or needs none.
    """

    __tablename__ = "event_answers"
    __table_args__ = (
        Index("ix_event_answers_person_id", "person_id", "answer", "publication_id"),
        Index(
            "ix_event_answers_waiting",
            *("publication_id", "recurrence", "waiting"),
            sqlite_where=text("waiting IS NOT NULL"),
            postgresql_where=text("waiting IS NOT NULL"),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("events.publication_id"), primary_key=True
    )
    recurrence: Mapped[str] = mapped_column(String(15), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    answer: Mapped[AnswerKind] = mapped_column(enum_column(AnswerKind))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    waiting: Mapped[int | None]

    person: Mapped[Person] = relationship()
    agency: Mapped[Agency] = relationship()


class EventMinutes(Model):
    """The minutes of an event, or of one of its days."""

    __tablename__ = "event_minutes"

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("events.publication_id"), primary_key=True
    )
    recurrence: Mapped[str] = mapped_column(String(15), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    written_by: Mapped[Person] = relationship()

    @property
    def shown(self) -> Markup:
        """The minutes as HTML for a page."""
        return Markup(self.html)  # noqa: S704 - it came out of the sanitiser's door


class CalendarKey(Model):
    """The hash of the secret in the address of a person's calendar. A new key replaces it."""

    __tablename__ = "calendar_keys"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    has_places: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
