"""Messages, with their versions, reactions, mentions, files, drafts and saved messages."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.extensions import UNNESTED, Identified, Model
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.html import bare
from intranet.platform.core.types import UTCDateTime, enum_column

BODY_LIMIT = 10_000
PLACE_LIMIT = 300
RULE_LIMIT = 200


class Message(Identified):
    """A message. `seq` is its sequence number, `rev` the revision of its last change.

    `caption` is "post · unit · agency" at the time of writing. A deleted message keeps its row with
    sequence number, author and time; its text, files and reactions are gone. A message hidden by
    moderation (`hidden_at`) is deleted for every reader; its content is kept in `HiddenMessage`, so
    that no page can show it and it can be restored. `expired_under` names the rule of retention
    that removed the content.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("author_id", "client_id"),
        Index("ix_messages_author_id_created_at", "author_id", "created_at"),
        Index("ix_messages_conversation_id_rev", "conversation_id", "rev"),
        Index("ix_messages_parent_id_seq", "parent_id", "seq"),
        Index("ix_messages_pinned", "conversation_id", "pinned_at"),
    )

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    rev: Mapped[int]
    body_rev: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    caption: Mapped[str] = mapped_column(String(400))
    client_id: Mapped[UUID]
    sent_hash: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    mentions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"))
    reply_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expired_under: Mapped[str | None] = mapped_column(String(RULE_LIMIT))
    pinned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pinned_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    conversation: Mapped[Conversation] = relationship()
    author: Mapped[Person] = relationship(
        foreign_keys=[author_id], lazy="joined", innerjoin=UNNESTED
    )
    parent: Mapped["Message | None"] = relationship(remote_side="Message.id")
    files: Mapped[list["MessageFile"]] = relationship(
        lazy="raise_on_sql", order_by="MessageFile.position"
    )
    reactions: Mapped[list["Reaction"]] = relationship(
        lazy="raise_on_sql", order_by="Reaction.created_at"
    )
    forward: Mapped["Forward | None"] = relationship(
        lazy="joined", primaryjoin="Message.id == foreign(Forward.message_id)", viewonly=True
    )

    @property
    def said(self) -> str:
        """The whole text as Markdown: the author's own words, then the forwarded ones, quoted."""
        if self.forward is None or self.forward.withdrawn_at or self.deleted_at:
            return self.body
        return f"{self.body}\n\n{self.forward.as_quote}".strip()


class Forward(Model):
    """The forwarded words in a message, as they were then, and their author.

    Author, post, time and place are kept as they were; a later edit of the original changes
    nothing. Words that the author or a moderator removes are removed here too (`withdrawn_at`):
    a deleted text is emptied, a hidden one comes back with its message. `origin_id` is the message
    in which the words were first written, also if they were forwarded several times. `has_files`
    lends the files of that message to the readers of this one.
    """

    __tablename__ = "message_forwards"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    origin_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), index=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    seq: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    author_name: Mapped[str] = mapped_column(String(120))
    caption: Mapped[str] = mapped_column(String(400))
    place: Mapped[str] = mapped_column(String(PLACE_LIMIT))
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    has_files: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    files: Mapped[list["MessageFile"]] = relationship(
        lazy="raise_on_sql",
        primaryjoin="Forward.origin_id == foreign(MessageFile.message_id)",
        order_by="MessageFile.position",
        viewonly=True,
    )

    @property
    def as_quote(self) -> str:
        """The words as a Markdown quotation, under their author and place."""
        head = " · ".join(part for part in (f"**{bare(self.author_name)}**", self.place) if part)
        return "\n".join(f"> {line}".rstrip() for line in (f"{head}:", *self.body.splitlines()))


class MessageVersion(Identified):
    """The text of a message before an edit; empty once it was removed for good."""

    __tablename__ = "message_versions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)


class HiddenMessage(Model):
    """The content of a hidden message, its mentions and its pin, to be restored.

    Its files, versions and reactions stay with the message, and nobody is shown them.
    """

    __tablename__ = "hidden_messages"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    mentions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    called: Mapped[list[str]] = mapped_column(JSON, default=list)
    hidden_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class Reaction(Model):
    """A person's reaction to a message."""

    __tablename__ = "reactions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    emoji: Mapped[str] = mapped_column(String(40), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class Mention(Model):
    """A person mentioned in a message: by name, by the post they held then, or with everyone."""

    __tablename__ = "mentions"
    __table_args__ = (
        Index("ix_mentions_person_id", "person_id", "conversation_id", "seq"),
        Index("ix_mentions_newest", "person_id", "message_id"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    seq: Mapped[int]


class MessageFile(Model):
    """A file attached to a message; readers of the message may open it."""

    __tablename__ = "message_files"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"), primary_key=True, unique=True)
    position: Mapped[int] = mapped_column(default=0)

    file: Mapped[File] = relationship(lazy="joined", innerjoin=True)


class Following(StrEnum):
    """Whether a person is notified of a thread; `muted` also silences mentions in it."""

    FOLLOWED = "followed"
    LEFT = "left"
    MUTED = "muted"


class ThreadPlace(Model):
    """A person's position in a thread: whether they follow it, and what is unread.

    A person gets a row when they begin the thread, write in it or are mentioned in it; only they
    can stop following. `unread` and `mentioned` count what others wrote since they last read, and
    `last_at` is the time of the latest: lists sort by it without reading the messages.
    """

    __tablename__ = "thread_places"
    __table_args__ = (
        Index("ix_thread_places_list", "person_id", "state", "last_at", "parent_id"),
        Index(
            "ix_thread_places_unread",
            "person_id",
            sqlite_where=text("unread > 0"),
            postgresql_where=text("unread > 0"),
        ),
        Index("ix_thread_places_parent_id", "parent_id"),
        Index("ix_thread_places_conversation_id", "conversation_id", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    parent_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    state: Mapped[Following] = mapped_column(enum_column(Following), default=Following.FOLLOWED)
    read_seq: Mapped[int] = mapped_column(default=0)
    unread: Mapped[int] = mapped_column(default=0)
    mentioned: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class SavedMessage(Model):
    """A message that a person saved for later, visible to them alone.

    `done_at` is when they marked it as done; `remind_at` when they want to be reminded, and
    `reminded_at` when they last were.
    """

    __tablename__ = "saved_messages"
    __table_args__ = (
        Index("ix_saved_messages_list", "person_id", "done_at", "saved_at", "message_id"),
        Index("ix_saved_messages_message_id", "message_id"),
        Index("ix_saved_messages_remind_at", "remind_at"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class MessageDraft(Identified):
    """A person's draft in a conversation or a thread, the same on all their devices.

    `place` is the id of the thread's first message, or of the conversation: one draft for each.
    """

    __tablename__ = "message_drafts"
    __table_args__ = (
        UniqueConstraint("person_id", "place"),
        Index("ix_message_drafts_list", "person_id", "updated_at"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    place: Mapped[UUID]
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
