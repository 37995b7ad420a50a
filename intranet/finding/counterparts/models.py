"""Saved posts, opinions on counterparts, alerts of new ones, and what opinions teach."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Post
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class KeptPost(Identified):
    """A post elsewhere that a person saved; nobody else can see it.

    `list_name` is the person's own list, empty for none. For a followed post the person sees who
    came and left since `followed_at`.
    """

    __tablename__ = "kept_posts"
    __table_args__ = (UniqueConstraint("person_id", "post_id"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    list_name: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    followed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)


class CounterpartOpinion(Identified):
    """Whether a person says that a post is a counterpart ("yes, same work") or not ("not this").

    It holds for one search: `own_post_id`, the post of theirs whose counterparts they saw, or
    `words`, what they searched for. `subject` is the key of that search.
    """

    __tablename__ = "counterpart_opinions"
    __table_args__ = (
        UniqueConstraint("person_id", "subject", "post_id"),
        Index("ix_counterpart_opinions_own_post_id", "own_post_id", "is_accepted"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    subject: Mapped[str] = mapped_column(String(64))
    own_post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"))
    words: Mapped[str] = mapped_column(String(400), default="")
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), index=True)
    is_accepted: Mapped[bool]
    given_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    own_post: Mapped[Post | None] = relationship(foreign_keys=[own_post_id])
    post: Mapped[Post] = relationship(foreign_keys=[post_id], lazy="joined", innerjoin=True)


class AlertKind(StrEnum):
    """The property of a post that an alert waits for."""

    FUNCTION = "function"
    OCCUPATION = "occupation"


class CounterpartAlert(Identified):
    """A person's wish to be notified when a post of a kind appears in another agency."""

    __tablename__ = "counterpart_alerts"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "code"),
        Index("ix_counterpart_alerts_kind_code", "kind", "code"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[AlertKind] = mapped_column(enum_column(AlertKind))
    code: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


class CounterpartSighting(Model):
    """A post that fits an alert. Without `notified_at` the person has not been told of it.

    A sighting stays, so that they are told of each post once.
    """

    __tablename__ = "counterpart_sightings"
    __table_args__ = (
        Index(
            "ix_counterpart_sightings_waiting",
            "seen_at",
            sqlite_where=text("notified_at IS NULL"),
            postgresql_where=text("notified_at IS NULL"),
        ),
    )

    alert_id: Mapped[UUID] = mapped_column(ForeignKey("counterpart_alerts.id"), primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    notified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CounterpartLesson(Model):
    """How far two occupations are counterparts, as the people of this installation see it.

    `weight` is between -1 (never) and 1 (always), from opinions and conversations in totals in
    which each agency counts once (`lessons.py`). No person and no agency is stored.
    """

    __tablename__ = "counterpart_lessons"

    occupation: Mapped[str] = mapped_column(String(12), primary_key=True)
    other: Mapped[str] = mapped_column(String(12), primary_key=True)
    weight: Mapped[float]
