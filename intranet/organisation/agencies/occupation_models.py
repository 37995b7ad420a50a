"""Occupations of posts, as derived from their titles, units and holders."""

from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model


class PostOccupation(Model):
    """A main occupation of a post, or the ISCO minor group of several: it is found by these.

    `strength` has random digits after the third, so that among equally strong posts no agency comes
    first. `agency_id` is the post's.
    """

    __tablename__ = "post_occupations"

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    occupation: Mapped[str] = mapped_column(String(5), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    strength: Mapped[float] = mapped_column()

    __table_args__ = (
        Index("ix_post_occupations_strongest", occupation, strength, agency_id, post_id),
    )
