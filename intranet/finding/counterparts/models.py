"""Saved posts: in a list, with a note, followed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified
from intranet.organisation.agencies.models import Post
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime


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
