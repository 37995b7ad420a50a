"""Legal holds, what they name, and what they kept of what was deleted."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.delivery.files.queries import keeps_files
from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column

KEPT_AFTER_END = timedelta(days=7)
"""How long a hold still keeps everything after it ended, so that the end can be undone."""
TITLE_LIMIT, REASON_LIMIT, WORD_LIMIT, TARGETS_LIMIT = 200, 2000, 80, 40


class TargetKind(StrEnum):
    """The kinds of things that a hold can name."""

    PERSON = "person"
    POST = "post"
    SPACE = "space"
    CONVERSATION = "conversation"
    WORD = "word"


class HeldKind(StrEnum):
    """The kind of content that a hold kept when it was deleted."""

    MESSAGE = "message"
    MESSAGE_VERSION = "message_version"
    FORWARD = "forward"
    PUBLICATION_VERSION = "publication_version"
    DRAFT = "draft"
    MINUTES = "minutes"
    FILE = "file"
    MESSAGE_DRAFT = "message_draft"
    SCHEDULED = "scheduled_message"
    PERSON = "person"


OF_MESSAGES = (HeldKind.MESSAGE, HeldKind.MESSAGE_VERSION, HeldKind.FORWARD)
OF_PUBLICATIONS = (HeldKind.PUBLICATION_VERSION, HeldKind.MINUTES)
UNSENT = (HeldKind.DRAFT, HeldKind.MESSAGE_DRAFT, HeldKind.SCHEDULED)


class LegalHold(Identified):
    """An order of an agency to keep content, from its placing until it is ended by decision.

    It covers what was written from `since` to `until`, both included, by the agency's clock;
    without `until` also what is still to come. It keeps everything until `erases_at`, some days
    after its end; then what it kept of deleted content is destroyed (`erased_at`). The people named
    by a confidential hold are not told of it.
    """

    __tablename__ = "legal_holds"
    __table_args__ = (
        Index("ix_legal_holds_agency_id_placed_at", "agency_id", "placed_at"),
        Index(
            "ix_legal_holds_running",
            "agency_id",
            sqlite_where=text("erased_at IS NULL"),
            postgresql_where=text("erased_at IS NULL"),
        ),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    title: Mapped[str] = mapped_column(String(TITLE_LIMIT))
    reason: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(TITLE_LIMIT), default="")
    since: Mapped[date]
    until: Mapped[date | None]
    is_confidential: Mapped[bool] = mapped_column(default=False, server_default=false())
    placed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    erases_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship()
    placed_by: Mapped[Person] = relationship(foreign_keys=[placed_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
    targets: Mapped[list["HoldTarget"]] = relationship(
        lazy="selectin", order_by="HoldTarget.id", cascade="all, delete-orphan"
    )


class HoldTarget(Identified):
    """A person, post, space, conversation or word that a hold names."""

    __tablename__ = "hold_targets"
    __table_args__ = (Index("ix_hold_targets_subject_id", "subject_id"),)

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("legal_holds.id"), index=True)
    kind: Mapped[TargetKind] = mapped_column(enum_column(TargetKind))
    subject_id: Mapped[UUID | None]
    word: Mapped[str] = mapped_column(String(WORD_LIMIT), default="", server_default=text("''"))


class HeldItem(Identified):
    """Content as it was when somebody deleted it under a hold.

    `body` is its text as written and `detail` what belonged to it: earlier versions, people
    mentioned, reactions, forwarded words. `words` is what it is found by, folded.
    """

    __tablename__ = "held_items"
    __table_args__ = (Index("ix_held_items_subject_id", "subject_id"),)

    kind: Mapped[HeldKind] = mapped_column(enum_column(HeldKind))
    subject_id: Mapped[UUID]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    body: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    removed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    removed_by: Mapped[Person | None] = relationship(foreign_keys=[removed_by_id])
    files: Mapped[list["HeldFile"]] = relationship(lazy="raise_on_sql")


class HoldReading(Identified):
    """The reading of private content that a hold keeps, by one person, until it lapses.

    One asks with a reason, and a second person agrees until `until`; without `until` they refused,
    once `answered_at` is set.
    """

    __tablename__ = "hold_readings"
    __table_args__ = (Index("ix_hold_readings_hold_id_reader_id", "hold_id", "reader_id"),)

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("legal_holds.id"))
    reader_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    reason: Mapped[str] = mapped_column(String(TITLE_LIMIT))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    reader: Mapped[Person] = relationship(foreign_keys=[reader_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class HeldUnder(Model):
    """The hold under which an item was kept; several can keep the same one."""

    __tablename__ = "held_under"

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("legal_holds.id"), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("held_items.id"), primary_key=True, index=True)


class HeldFile(Model):
    """A file of a kept item. This reference keeps its bytes (`files.queries.is_referenced`)."""

    __tablename__ = "held_files"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("held_items.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), primary_key=True, index=True)

    file: Mapped[File] = relationship(lazy="joined", innerjoin=True)


keeps_files(HeldFile.file_id)
