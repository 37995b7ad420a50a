"""Conversations, the people of a talk, and each person's place in a conversation."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column


class ConversationKind(StrEnum):
    """A channel belongs to a space, a direct talk to its people, a post's talk to the post.

    A discussion belongs to what is discussed, which says who reads it (`holders`): nobody is in it.
    """

    CHANNEL = "channel"
    DIRECT = "direct"
    POST = "post"
    DISCUSSION = "discussion"


class Conversation(Identified):
    """Anything with messages.

    `last_seq` is the place of the newest message: contiguous, never given twice. `rev` counts
    every durable change: post, edit, delete, reaction, pin. Both advance only under the row's
    lock; for all who post at once `messages.writing.Writing` counts them up together. A space's
    first channel has no name of its own: it is called as its unit or agency.
    `people_key` is one for each exact set of people in a direct talk, and for each post and set
    of people who write to it: those are its participants, and who speaks for the post follows
    from the dates of appointments (`people.speaking`).
    `opening` says of a talk begun with a counterpart why they were found, as data to be read in
    any language: `{"reasons": [{"why", "about"}], "by": person, "text": what is ready to send}`.
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
        """Advance both counters for a new message and give its `seq` and `rev`."""
        self.last_seq += 1
        return self.last_seq, self.next_rev()

    def next_rev(self) -> int:
        """Advance the revision for a change of what is there."""
        self.rev += 1
        return self.rev


class Participant(Model):
    """One of the people of a talk. Who declines hears nothing more of it.

    Of a post's talk these are the people who write to the post, not those who speak for it.
    """

    __tablename__ = "participants"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Place(Model):
    """Where a person is in a conversation: what is read, marked unread, muted, a favourite.

    `read_seq` only rises. `unread_from` is a separate mark that the person set. `is_muted` is
    None until the person decides: then only far ancestors of their units are silent.
    `favourite_rank` is None until they put their favourites in order: then these stand by name.
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
    """Who was last told that the talks of a post are theirs: rights never ask here.

    When appointments, absences or fallbacks change, the difference between this and who speaks
    for the post now is whom open screens have to be told.
    """

    __tablename__ = "told_speakers"

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
