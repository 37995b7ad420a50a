"""Models: the data of a model text beyond its publication, and the posts that use it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Model
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime
from intranet.publishing.publications.models import Publication

MODEL = "model"


class ModelText(Model):
    """A text to copy. Its publication holds the text and files; a post is responsible for it.

    `valid_until` is the last day of use, in the time zone of its agency. `uses` counts the posts
    that use it.
    """

    __tablename__ = "models"
    __table_args__ = (
        Index("ix_models_added_at", "added_at", "publication_id"),
        Index("ix_models_valid_until", "valid_until", "lapse_told_on"),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    law: Mapped[str] = mapped_column(String(300), default="")
    valid_until: Mapped[date | None]
    lapse_told_on: Mapped[date | None]
    uses: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    publication: Mapped[Publication] = relationship(lazy="joined", innerjoin=True)

    def has_lapsed(self, day: date) -> bool:
        """Return whether the model's last day is before this day, in its agency's time zone."""
        return self.valid_until is not None and self.valid_until < day


class ModelUse(Model):
    """The use of a version of a model by a post, whose people are notified of changes."""

    __tablename__ = "model_uses"

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    version: Mapped[int]
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship()
