"""Scheduled messages, and queries on them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.extensions import Identified, Model, db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import UTCDateTime, enum_column

BATCH_SIZE = 200


class NotSent(StrEnum):
    """Why a scheduled message was not sent."""

    GONE = "gone"
    CLOSED = "closed"
    CHANGED = "changed"
    BROKEN = "broken"


class ScheduledMessage(Identified):
    """A message that is posted at `send_at`, under the `client_id` it was written with.

    The transaction that posts it deletes the row. A refusal leaves it with `failed_at` and the
    reason, so that the author keeps the text. After an error it is tried again from `try_after` on,
    as often as an item of the outbox.
    """

    __tablename__ = "scheduled_messages"
    __table_args__ = (
        UniqueConstraint("author_id", "client_id"),
        Index("ix_scheduled_messages_author_id_send_at", "author_id", "send_at"),
        Index("ix_scheduled_messages_send_at", "send_at", "failed_at"),
    )

    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    client_id: Mapped[UUID]
    body: Mapped[str] = mapped_column(Text)
    send_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failure: Mapped[NotSent | None] = mapped_column(enum_column(NotSent))
    attempts: Mapped[int] = mapped_column(default=0)
    try_after: Mapped[datetime | None] = mapped_column(UTCDateTime)

    files: Mapped[list["ScheduledFile"]] = relationship(
        lazy="selectin", order_by="ScheduledFile.position", cascade="all, delete-orphan"
    )


class ScheduledFile(Model):
    """A file attached to a scheduled message, and kept for it until it is sent."""

    __tablename__ = "scheduled_files"

    scheduled_id: Mapped[UUID] = mapped_column(
        ForeignKey("scheduled_messages.id"), primary_key=True
    )
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), primary_key=True, unique=True)
    position: Mapped[int] = mapped_column(default=0)

    file: Mapped[File] = relationship(lazy="joined", innerjoin=True)


def get_scheduled(person: Person, scheduled_id: UUID) -> ScheduledMessage:
    """Return one of the person's own scheduled messages.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = db.session.get(ScheduledMessage, scheduled_id)
    if row is None or row.author_id != person.id:
        raise NotFound
    return row


@per_request
def scheduled_by(person: Person, conversation_id: UUID | None = None) -> Sequence[ScheduledMessage]:
    """List the person's scheduled messages, the soonest first, of one conversation or of all."""
    wanted = select(ScheduledMessage).where(ScheduledMessage.author_id == person.id)
    if conversation_id:
        wanted = wanted.where(ScheduledMessage.conversation_id == conversation_id)
    return db.session.scalars(wanted.order_by(ScheduledMessage.send_at, ScheduledMessage.id)).all()


def scheduled_count(person_id: UUID) -> int:
    """Count the person's scheduled messages, including those that were not sent."""
    own = select(func.count()).where(ScheduledMessage.author_id == person_id)
    return db.session.scalar(own) or 0


def due_scheduled(now: datetime) -> Sequence[tuple[UUID, UUID]]:
    """List the ids of due scheduled messages and of their authors, in order."""
    rows = db.session.execute(
        select(ScheduledMessage.id, ScheduledMessage.author_id)
        .where(
            ScheduledMessage.send_at <= now,
            ScheduledMessage.failed_at.is_(None),
            or_(ScheduledMessage.try_after.is_(None), ScheduledMessage.try_after <= now),
        )
        .order_by(ScheduledMessage.send_at, ScheduledMessage.id)
        .limit(BATCH_SIZE)
    )
    return [(row.id, row.author_id) for row in rows]
