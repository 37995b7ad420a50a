"""Conversations, participants of direct messages, and read positions."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, and_, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column


class ConversationKind(StrEnum):
    """The kind of conversation, by its owner: a space, its people, a post, or a subject.

    A channel belongs to a space, a direct message to its people or to a post. A discussion belongs
    to its subject, which decides who reads it (`discussions.Holder`); it has no members.
    """

    CHANNEL = "channel"
    DIRECT = "direct"
    POST = "post"
    DISCUSSION = "discussion"


class Conversation(Identified):
    """Anything with messages.

    `last_seq` is the sequence number of the newest message: contiguous, never given twice. `rev`
    counts every durable change: post, edit, delete, reaction, pin. Both advance only under the
    row's lock; `messages.bulk_posting.BatchWriter` does it for all who post at once. A
    space's first channel has no name of its own: it has the name of its unit or agency.

    `people_key` identifies the exact set of people in a direct message, or a post and the people
    who write to it. Those are its participants; the speakers of the post follow from the dates of
    appointments (`people.speakers`).

    `opening` says why people who met as counterparts were suggested to each other, as data for any
    language: `{"reasons": [{"why", "about"}], "by": person, "text": what is ready to send}`.
    """

    __tablename__ = "conversations"

    kind: Mapped[ConversationKind] = mapped_column(enum_column(ConversationKind))
    space_id: Mapped[UUID | None] = mapped_column(ForeignKey("spaces.id"), index=True)
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    name: Mapped[Localized | None] = mapped_column(LocalizedType)
    purpose: Mapped[str] = mapped_column(String(300), default="")
    is_main: Mapped[bool] = mapped_column(default=False)
    people_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    opening: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    last_seq: Mapped[int] = mapped_column(default=0)
    rev: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    last_message_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    space: Mapped[Space | None] = relationship(lazy="joined")
    post: Mapped[Post | None] = relationship()
    participants: Mapped[list["Participant"]] = relationship(
        lazy="raise_on_sql", order_by="Participant.position"
    )

    def next_place(self) -> tuple[int, int]:
        """Advance both counters for a new message, and return its `seq` and `rev`."""
        self.last_seq += 1
        return self.last_seq, self.next_rev()

    def next_rev(self) -> int:
        """Advance the revision for a change of existing content."""
        self.rev += 1
        return self.rev


class Participant(Model):
    """A person in a direct message. After declining it, they get nothing more of it.

    In a post's conversation these are the people who write to the post, not its speakers. `cut_at`
    closes the direct message to an account that others changed, until its owner confirms
    (`accounts.operations.talks_cuts`).
    """

    __tablename__ = "participants"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cut_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def takes_part(cls) -> ColumnElement[bool]:
        """Return the condition for reading the direct message: neither declined nor cut off."""
        return and_(cls.declined_at.is_(None), cls.cut_at.is_(None))


class Place(Model):
    """A person's state in a conversation: read position, unread mark, muted, favourite.

    `read_seq` only rises. `unread_from` is a separate mark that the person set. `is_muted` is None
    until the person decides: then only distant units are muted. `favourite_rank` is None until they
    order their favourites: then these go by name.
    """

    __tablename__ = "places"
    __table_args__ = (Index("ix_places_conversation_id", "conversation_id"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    read_seq: Mapped[int] = mapped_column(default=0)
    unread_from: Mapped[int | None]
    is_muted: Mapped[bool | None]
    is_favourite: Mapped[bool] = mapped_column(default=False, server_default=false())
    favourite_rank: Mapped[int | None]


class ToldSpeaker(Model):
    """A person last told that they speak for a post. Access rights never use it.

    When appointments, absences or fallbacks change, open screens are told the difference between
    these rows and the current speakers.
    """

    __tablename__ = "told_speakers"

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
