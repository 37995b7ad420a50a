"""Polls: what can be chosen, who is asked, and how often each was chosen."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Model
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication


class PollKind(StrEnum):
    """What can be chosen: one or some of several texts, or which days and times suit."""

    CHOICES = "choices"
    DATES = "dates"


class ResultsWhen(StrEnum):
    """From when on results are shown to whoever reads the poll."""

    LIVE = "live"
    VOTED = "voted"
    END = "end"


class Suits(StrEnum):
    """Whether a day and time suits somebody."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Poll(Model):
    """What a publication of the kind `poll` has of its own.

    Of one by totals only (`is_secret`) no row says what somebody chose, and nothing of it is
    written with a time. `audience` says who was asked, None: the people of its place. `asked`
    people stand in its roll, `voted` of them have voted, `counted` of those stand in the results
    as they are shown (docs/decisions/0038). `key_check` tells whether the key of the installation
    is still the one by which its open counters are masked.
    """

    __tablename__ = "polls"
    __table_args__ = (
        Index(
            "ix_polls_closes_at",
            *("closes_at", "publication_id"),
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_polls_open",
            "publication_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    kind: Mapped[PollKind] = mapped_column(enum_column(PollKind))
    is_secret: Mapped[bool]
    most: Mapped[int] = mapped_column(default=1)
    results: Mapped[ResultsWhen] = mapped_column(enum_column(ResultsWhen))
    time_zone: Mapped[str] = mapped_column(String(40))
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked: Mapped[int] = mapped_column(default=0)
    voted: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int] = mapped_column(default=0)
    key_check: Mapped[str] = mapped_column(String(32), default="")

    publication: Mapped[Publication] = relationship()
    options: Mapped[list["PollOption"]] = relationship(
        lazy="raise_on_sql", order_by="PollOption.number"
    )

    def is_open(self, now: datetime) -> bool:
        """Whether one may vote at this instant."""
        return self.closed_at is None and (self.closes_at is None or self.closes_at > now)


class PollOption(Model):
    """Something that can be chosen, and how often it was.

    `starts_at` is midnight by the clocks of the poll's agency where the whole day is proposed.

    `votes` and `maybes` are what is shown. Of an open poll by totals only the counters that rise
    are `sealed` and `sealed_maybes`: the number with a mask added that only the key of the
    installation gives, another one after each vote. `pending` and `pending_maybes` are the numbers
    as they were some votes ago, masked likewise, which are shown next.
    """

    __tablename__ = "poll_options"

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.publication_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    votes: Mapped[int] = mapped_column(default=0)
    maybes: Mapped[int] = mapped_column(default=0)
    sealed: Mapped[int | None] = mapped_column(BigInteger)
    sealed_maybes: Mapped[int | None] = mapped_column(BigInteger)
    pending: Mapped[int | None] = mapped_column(BigInteger)
    pending_maybes: Mapped[int | None] = mapped_column(BigInteger)


class PollVoter(Model):
    """Somebody may vote in a poll, by the people it was opened for, and whether they have.

    Written at the opening in the order of the people. There is no time, and the two values take
    the same room, so that SQLite changes one in its place: the file does not tell who came first.
    """

    __tablename__ = "poll_voters"
    __table_args__ = (Index("ix_poll_voters_person_id", "person_id", "poll_id"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.publication_id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    has_voted: Mapped[bool] = mapped_column(default=False)


class PollChoice(Model):
    """What somebody chose in a poll by name. One by totals only has none."""

    __tablename__ = "poll_choices"
    __table_args__ = (Index("ix_poll_choices_person_id", "person_id"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.publication_id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    suits: Mapped[Suits] = mapped_column(enum_column(Suits), default=Suits.YES)
