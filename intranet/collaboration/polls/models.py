"""Polls: options, the electoral roll, and votes."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Model
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication

POLL = "poll"


class PollKind(StrEnum):
    """The kind of the options: texts to choose from, or days and times that suit."""

    CHOICES = "choices"
    DATES = "dates"


class ResultsWhen(StrEnum):
    """When results are shown to readers of a poll."""

    LIVE = "live"
    VOTED = "voted"
    END = "end"


class Suits(StrEnum):
    """Whether a day and time suits a voter."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Poll(Model):
    """The data that a publication of the kind `poll` has of its own.

    In a poll by totals only (`is_secret`) no row holds a person's vote, and no time is stored with
    it. `audience` describes the people asked; None for the members of the space. `asked` people are
    on the roll, `voted` of them have voted, and `counted` of these votes are in the shown results
    (docs/decisions/0038). `key_check` tells whether the installation's key still gives the masks of
    the counters.
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
        """Whether the poll accepts votes at this instant."""
        return self.closed_at is None and (self.closes_at is None or self.closes_at > now)


class PollOption(Model):
    """An option of a poll, with its counters.

    `starts_at` is midnight by the agency's clock where a whole day is proposed. `votes` and
    `maybes` are the shown counts. An open poll by totals only counts in `sealed` and
    `sealed_maybes`: each is a number plus a mask, which changes after each vote and which only the
    installation's key gives. `pending` and `pending_maybes` are the counts of some votes ago,
    masked likewise, which are shown next.
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
    """An entry in the electoral roll of a poll: a person, and whether they have voted.

    The roll is written at the opening, in the order of the people's ids. It has no times, and both
    values of `has_voted` take the same space, so that SQLite updates rows in place: the file does
    not reveal the order of the votes.
    """

    __tablename__ = "poll_voters"
    __table_args__ = (Index("ix_poll_voters_person_id", "person_id", "poll_id"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.publication_id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    has_voted: Mapped[bool] = mapped_column(default=False)


class PollChoice(Model):
    """A person's choice in a poll by name. A poll by totals only has none."""

    __tablename__ = "poll_choices"
    __table_args__ = (Index("ix_poll_choices_person_id", "person_id"),)

    poll_id: Mapped[UUID] = mapped_column(ForeignKey("polls.publication_id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    suits: Mapped[Suits] = mapped_column(enum_column(Suits), default=Suits.YES)
