"""Reminders, proofs, and the codes by which people without a mailbox confirm."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.extensions import Model
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication


class ReminderKind(StrEnum):
    """The reason for a reminder."""

    BEFORE = "before"
    AFTER = "after"
    BY_HAND = "by_hand"


class Reminder(Model):
    """A reminder that a person received about a publication, at most one of each kind.

    People may be reminded by hand again; the row then keeps the last time.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_publication_id_reminded_at", "publication_id", "reminded_at"),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    kind: Mapped[ReminderKind] = mapped_column(enum_column(ReminderKind), primary_key=True)
    reminded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    reminded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)


class ReminderRound(Model):
    """A completed round of reminders about a publication, before or after the due day."""

    __tablename__ = "reminder_rounds"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(enum_column(ReminderKind), primary_key=True)
    done_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class Proof(Model):
    """A document of who confirmed a publication and when, identified by the code printed in it.

    `sha256` is the digest of the finished document. While it is being made, `sha256` is None and
    `done` counts the rows written, of `total`. The document is deleted after a while; this row
    stays. `unit_paths` are the paths of the units that it covers; None for every recipient.
    """

    __tablename__ = "proofs"

    code: Mapped[str] = mapped_column(String(14), primary_key=True)
    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), index=True)
    language: Mapped[str] = mapped_column(String(5))
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    unit_paths: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id"), unique=True)

    publication: Mapped[Publication] = relationship()
    made_by: Mapped[Person] = relationship()
    file: Mapped[File | None] = relationship()


class ConfirmationCode(Model):
    """A one-time code for confirming at a shared screen. Only its hash is stored."""

    __tablename__ = "confirmation_codes"
    __table_args__ = (
        Index("ix_confirmation_codes_publication_id_code_hash", "publication_id", "code_hash"),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
