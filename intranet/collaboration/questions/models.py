"""Questions, the people asked, answers, and criteria."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Model
from intranet.messaging.messages.models import Message
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication

QUESTION, CRITERION = "question", "criterion"


class Addressee(StrEnum):
    """The addressee of a question."""

    ANYBODY = "anybody"
    FUNCTION = "function"
    POST = "post"
    SPACE = "space"


class QuestionState(StrEnum):
    """The state of a question."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    """An answer became a criterion."""
    JOINED = "joined"
    """Merged into another question, to which its address redirects."""


class Question(Model):
    """A question; its text, readers and discussion are those of its publication.

    `agency_id` is the agency by which it is found; None where that is hidden. `territories` limit
    the people who are asked. `answers` counts the messages that begin a thread and are not the
    asker's. `rounds` counts the times people were asked, `routed_at` is the last time.
    `joined_to_id` never points to a merged question: chains are shortened when they would arise.
    """

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_asked_at", "asked_at", "publication_id"),
        Index("ix_questions_state_asked_at", "state", "asked_at", "publication_id"),
        Index("ix_questions_state_routed_at", "state", "routed_at"),
        Index("ix_questions_agency_id_asked_at", "agency_id", "asked_at", "publication_id"),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    addressee: Mapped[Addressee] = mapped_column(enum_column(Addressee))
    function_code: Mapped[str | None] = mapped_column(ForeignKey("functions.code"), index=True)
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"))
    territories: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[QuestionState] = mapped_column(
        enum_column(QuestionState), default=QuestionState.OPEN
    )
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    answers: Mapped[int] = mapped_column(default=0)
    first_answer_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    accepted_message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rounds: Mapped[int] = mapped_column(default=0)
    routed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    joined_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("publications.id"), index=True)
    joined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    joined_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    publication: Mapped[Publication] = relationship(
        foreign_keys=[publication_id], lazy="joined", innerjoin=True
    )
    post: Mapped[Post | None] = relationship()
    accepted_message: Mapped[Message | None] = relationship()


class QuestionRoute(Model):
    """A request to a person to answer, in a post, with the reasons.

    `is_counted` says whether it counts towards the person's weekly limit. It does not for people
    who are asked because they act for the addressed post.
    """

    __tablename__ = "question_routes"
    __table_args__ = (Index("ix_question_routes_person_id_asked_at", "person_id", "asked_at"),)

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_counted: Mapped[bool] = mapped_column(default=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_waiting(self) -> bool:
        """Whether the person has neither answered the question nor passed it on."""
        return self.answered_at is None and self.declined_at is None


class QuestionAllowance(Model):
    """The weekly limit of questions that a person set; the default is two."""

    __tablename__ = "question_allowances"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    a_week: Mapped[int]


class Answer(Model):
    """A message of the discussion that answers its question."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_publication_id", "publication_id", "answered_at"),)

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    message: Mapped[Message] = relationship()


class Criterion(Model):
    """An answer that an agency confirmed, with its date and legal basis, until it is outdated.

    Its text is that of its publication, in the name of the post that confirmed it. Days are those
    of its agency, the last one included. `renews_id` is the criterion that this one replaces.
    """

    __tablename__ = "criteria"
    __table_args__ = (
        Index("ix_criteria_confirmed_at", "confirmed_at", "publication_id"),
        Index("ix_criteria_question_id", "question_id", "confirmed_at"),
        Index("ix_criteria_review_on", "review_on", "review_told_at"),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    law: Mapped[str] = mapped_column(String(300), default="")
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    confirmed_on: Mapped[date]
    valid_until: Mapped[date | None]
    review_on: Mapped[date | None]
    review_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outdated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outdated_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    outdated_why: Mapped[str] = mapped_column(String(300), default="")
    renews_id: Mapped[UUID | None] = mapped_column(ForeignKey("publications.id"), unique=True)

    publication: Mapped[Publication] = relationship(
        foreign_keys=[publication_id], lazy="joined", innerjoin=True
    )
    outdated_by: Mapped[Person | None] = relationship()

    def is_outdated(self, day: date) -> bool:
        """Whether the criterion no longer holds on a day of its agency."""
        is_over = self.valid_until is not None and self.valid_until < day
        return self.outdated_at is not None or is_over

    def awaits_review(self, day: date) -> bool:
        """Whether the criterion holds and its review is overdue on a day of its agency."""
        is_late = self.review_on is not None and self.review_on < day
        return is_late and not self.is_outdated(day)
