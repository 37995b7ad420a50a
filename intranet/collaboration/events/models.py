"""Events: planned by the clock of a place, with their days as an index, and who comes."""

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

WHOLE = ""
"""As `recurrence`: the event itself, or all days on which it repeats."""


class AnswerKind(StrEnum):
    """Whether somebody comes."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Event(Model):
    """When and where something is, beside the words of its publication.

    `starts` and `ends` are what a clock in `zone` shows, without a zone: what instant that is
    depends on rules that countries change, so it is reckoned (`reckoning.py`) and never kept as
    the truth. `ends` is the first moment after it; an event of whole days ends at a midnight.
    `rule` says how it repeats (`recurrence.Rule`), empty: it does not. `sequence` rises with each
    change that calendars must know of, and `changes` says what the last one was.
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
        """Whether it is on more than one day by a rule."""
        return bool(self.rule)

    @property
    def is_answered_by_day(self) -> bool:
        """Whether each of its days is answered by itself: its places are counted for each."""
        return self.is_repeating and self.capacity is not None

    @property
    def length(self) -> timedelta:
        """How long it takes, by the clock."""
        return self.ends - self.starts


class EventOccurrence(Model):
    """One time at which an event is, as instants: an index, reckoned anew and not the truth.

    `recurrence` is when its rule put it, by the clock of its zone (`20261130T100000`), and
    `WHOLE` where it does not repeat.
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
    """One day of a repeating event that is at another time, or is cancelled."""

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
    """Somebody said whether they come, as a post; to one day or to all (`WHOLE`).

    What is said of one day goes before what is said of all. `waiting` is the number that they
    drew where all places were taken; None: they have a place, or need none.
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
    """What was said and decided at an event, or on one of its days."""

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
        """As a page shows it."""
        return Markup(self.html)  # noqa: S704 - it came out of the sanitiser's door


class CalendarKey(Model):
    """The secret in the address of a person's calendar, as a hash; a new one replaces it."""

    __tablename__ = "calendar_keys"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    has_places: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
