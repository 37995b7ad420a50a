"""Notifications, their deliveries, and people's choices."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.publishing.publications.models import Publication


class Kind(StrEnum):
    """A kind of notification, for which people choose how it reaches them."""

    TO_CONFIRM = "to_confirm"
    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    TALK = "talk"
    MENTION = "mention"
    CHANNEL = "channel"
    THREAD = "thread"
    ARTICLE = "article"
    WRITING = "writing"
    CONCERN = "concern"
    GROUP = "group"
    COUNTERPART = "counterpart"
    HAND_OVER = "hand_over"
    MODERATION = "moderation"
    ACCOUNT = "account"
    ORGANISATION = "organisation"
    RECORDS = "records"


BY_PATH = frozenset(
    {
        *(Kind.MODERATION, Kind.ACCOUNT, Kind.COUNTERPART),
        *(Kind.HAND_OVER, Kind.ORGANISATION, Kind.RECORDS),
    }
)
"""Kinds about neither a publication nor a message; they link to a path."""


class Channel(StrEnum):
    """A channel that leaves the intranet, unlike the bell."""

    MAIL = "mail"
    PUSH = "push"


class State(StrEnum):
    """The state of a delivery: waiting for its time or the digest, or settled."""

    WAITING = "waiting"
    DIGEST = "digest"
    SENT = "sent"
    FAILED = "failed"
    LEFT_OUT = "left_out"


class MailChoice(StrEnum):
    """When a kind of notification is sent by mail."""

    NOW = "now"
    DIGEST = "digest"
    NEVER = "never"


class Rhythm(StrEnum):
    """How often the digest is sent."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Telling(StrEnum):
    """Which messages of a conversation notify a person."""

    ALL = "all"
    MENTIONS = "mentions"
    NONE = "none"


class Notification(Identified):
    """An act that a person is notified of, once: `key` identifies it for each person.

    `actor` did it, or `actor_post` in its own name; both are empty if the program did it. `thing`
    names the conversation, publication or group: acts on one thing are one row of a list, placed by
    `acted_at`, the time of the newest act. The words of an act are never copied here. `path` leads
    to what is neither a publication nor a message; that page checks access again. `rings_always` is
    urgent and ignores working hours. `seen_at` is when the person looked at the list; whether they
    opened the link is not recorded.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_notifications_person_id_acted_at", "person_id", "acted_at"),
        Index("ix_notifications_person_id_thing", "person_id", "thing", "acted_at"),
        Index(
            "ix_notifications_unseen",
            "person_id",
            "thing",
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
        Index("ix_notifications_created_at", "created_at"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[Kind] = mapped_column(enum_column(Kind))
    key: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    actor_post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    publication_id: Mapped[UUID | None] = mapped_column(ForeignKey("publications.id"), index=True)
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("messages.id"), index=True)
    space_id: Mapped[UUID | None] = mapped_column(ForeignKey("spaces.id"), index=True)
    path: Mapped[str] = mapped_column(String(120), default="")
    rings_always: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    acted_at: Mapped[datetime] = mapped_column(
        UTCDateTime, default=clock.now, server_default=func.now()
    )
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
    actor_post: Mapped[Post | None] = relationship()
    publication: Mapped[Publication | None] = relationship()
    conversation: Mapped[Conversation | None] = relationship()
    message: Mapped[Message | None] = relationship()
    space: Mapped[Space | None] = relationship()
    deliveries: Mapped[list["Delivery"]] = relationship(
        lazy="raise_on_sql", order_by="Delivery.channel", back_populates="notification"
    )


class Delivery(Model):
    """A notification's delivery by one channel: the ledger, and the guard against sending twice.

    `because` is a code for why it is held, left out or failed (`labels.py`); `due_at` is the next
    attempt; `error` is the server's own answer, without personal data.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_state_due_at", "state", "due_at"),
        Index("ix_deliveries_settled_at", "settled_at"),
    )

    notification_id: Mapped[UUID] = mapped_column(ForeignKey("notifications.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(enum_column(Channel), primary_key=True)
    state: Mapped[State] = mapped_column(enum_column(State))
    because: Mapped[str] = mapped_column(String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    notification: Mapped[Notification] = relationship(back_populates="deliveries")


class NotificationChoice(Model):
    """A person's choice for one kind, where it differs from `choices.USUAL`."""

    __tablename__ = "notification_choices"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(enum_column(Kind), primary_key=True)
    mail: Mapped[MailChoice] = mapped_column(enum_column(MailChoice))
    push: Mapped[bool]


class ConversationChoice(Model):
    """A person's choice of which messages of one conversation notify them."""

    __tablename__ = "conversation_choices"
    __table_args__ = (
        Index("ix_conversation_choices_conversation_id", "conversation_id", "telling"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    telling: Mapped[Telling] = mapped_column(enum_column(Telling))


class DigestChoice(Model):
    """How often a person wants the digest, and when the last one was sent."""

    __tablename__ = "digest_choices"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(enum_column(Rhythm), default=Rhythm.DAILY)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FeedKey(Model):
    """The secret in the address of a person's feed, as a hash; a new one replaces it."""

    __tablename__ = "feed_keys"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
