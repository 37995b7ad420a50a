"""The few rows of a hand-over: the leaver's words, what they give, what was accepted, who was told.

Everything else of a hand-over is read from what is (docs/decisions/0065).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime

WORDS_LIMIT = 10_000
CHECKS_LIMIT = 30
CHECK_LIMIT = 200


class HandOver(Model):
    """The words of the leaver of a post for those who come after, with the appointment's id.

    `edition` rises with each change, so that the second of two windows gets a conflict.
    `settled_at` is when no line remained to be accepted, which ends the successor's task.
    """

    __tablename__ = "hand_overs"

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    edition: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    written_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class HandOverCheck(Identified):
    """A point of the leaver's checklist; accepted like any other line."""

    __tablename__ = "hand_over_checks"

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"), index=True)
    position: Mapped[int]
    words: Mapped[str] = mapped_column(String(CHECK_LIMIT))


class HandOverLine(Model):
    """A thing that the leaver gives by choice (`offered_at`), or that a successor accepted.

    `kind` is that of `line_kinds`, `thing_id` the id of the thing. `title` is the name it had when
    it was accepted, for the day on which it no longer exists.
    """

    __tablename__ = "hand_over_lines"

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    thing_id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    offered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    accepted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    accepted_by: Mapped[Person | None] = relationship()


class HandOverNotice(Model):
    """A person was told of a hand-over, so that they are told once."""

    __tablename__ = "hand_over_notices"

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
