"""Idea boxes, ideas, their supporters, their changes of status and their answers."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication

IDEA = "idea"
NOT_ANSWERED = "answered_at IS NULL AND joined_into_id IS NULL"
ANSWERED, JOINED = "answered_at IS NOT NULL", "joined_into_id IS NOT NULL"
"""Partial indexes: with full ones SQLite would read and sort every row without a value."""


class IdeaStatus(StrEnum):
    """The progress of an idea."""

    NEW = "new"
    STUDY = "study"
    ACCEPTED = "accepted"
    STARTED = "started"
    DONE = "done"
    DECLINED = "declined"


class IdeaBox(Identified):
    """A box in which members of a space propose ideas, and the post that answers within a term.

    The term is in working days of the space's agency. An idea keeps the term that applied when it
    was proposed.
    """

    __tablename__ = "idea_boxes"
    __table_args__ = (Index("ix_idea_boxes_space_id_opened_at", "space_id", "opened_at"),)

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(1000))
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    term_days: Mapped[int]
    opened_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    space: Mapped[Space] = relationship()
    post: Mapped[Post] = relationship()


class Idea(Model):
    """The data that a publication of the kind `idea` has of its own.

    `due_on` is the last day of the term by the agency's calendar, `due_at` the instant at which
    that day ends there. `supports` counts the rows of `idea_supports`; `rounds` counts the
    reminders sent to the responsible post.
    """

    __tablename__ = "ideas"
    __table_args__ = (
        Index("ix_ideas_box_id", "box_id", "publication_id"),
        Index("ix_ideas_box_id_supports", "box_id", "supports", "publication_id"),
        Index(
            "ix_ideas_box_id_answered_at",
            *("box_id", "answered_at", "publication_id"),
            sqlite_where=text(ANSWERED),
            postgresql_where=text(ANSWERED),
        ),
        Index(
            "ix_ideas_box_id_due_at",
            *("box_id", "due_at", "publication_id"),
            sqlite_where=text(NOT_ANSWERED),
            postgresql_where=text(NOT_ANSWERED),
        ),
        Index("ix_ideas_status", "status", "publication_id"),
        Index("ix_ideas_supports", "supports", "publication_id"),
        Index(
            "ix_ideas_answered_at",
            *("answered_at", "publication_id"),
            sqlite_where=text(ANSWERED),
            postgresql_where=text(ANSWERED),
        ),
        Index(
            "ix_ideas_joined_into_id",
            "joined_into_id",
            sqlite_where=text(JOINED),
            postgresql_where=text(JOINED),
        ),
        Index(
            "ix_ideas_due_at",
            *("due_at", "publication_id"),
            sqlite_where=text(NOT_ANSWERED),
            postgresql_where=text(NOT_ANSWERED),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    box_id: Mapped[UUID] = mapped_column(ForeignKey("idea_boxes.id"))
    status: Mapped[IdeaStatus] = mapped_column(enum_column(IdeaStatus), default=IdeaStatus.NEW)
    supports: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rounds: Mapped[int] = mapped_column(default=0)
    joined_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("ideas.publication_id"))
    joined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    joined_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    publication: Mapped[Publication] = relationship()
    box: Mapped[IdeaBox] = relationship()


class IdeaSupport(Model):
    """A person's support for an idea."""

    __tablename__ = "idea_supports"

    publication_id: Mapped[UUID] = mapped_column(
        ForeignKey("ideas.publication_id"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class IdeaStep(Identified):
    """A change of an idea's status, by the responsible post."""

    __tablename__ = "idea_steps"
    __table_args__ = (Index("ix_idea_steps_publication_id_at", "publication_id", "at"),)

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("ideas.publication_id"))
    status: Mapped[IdeaStatus] = mapped_column(enum_column(IdeaStatus))
    note: Mapped[str] = mapped_column(String(600), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)

    post: Mapped[Post] = relationship()
    by: Mapped[Person] = relationship()


class IdeaAnswer(Identified):
    """An official answer to an idea. A later answer does not replace it."""

    __tablename__ = "idea_answers"
    __table_args__ = (Index("ix_idea_answers_publication_id_at", "publication_id", "at"),)

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("ideas.publication_id"))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)

    post: Mapped[Post] = relationship()
    by: Mapped[Person] = relationship()
