"""The public site: approved versions, pauses of agencies, and their public profiles."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime
from intranet.publishing.publications.models import Publication


class ShowcaseItem(Model):
    """A publication that is public, was, or is proposed to be.

    `version` is the approved one, and `facts` were approved with it (`facts.py`). Both stay until
    another version is approved, whatever is corrected meanwhile. `proposed_version` waits for
    approval. `first_at` is when it first became public: an item that was public before answers 410,
    one that never was answers 404. `changed_at` is the last change that the public can notice.
    """

    __tablename__ = "showcase_items"
    __table_args__ = (
        Index("ix_showcase_items_approved_at", "approved_at", "publication_id"),
        Index("ix_showcase_items_agency_id", "agency_id", "approved_at", "publication_id"),
        Index("ix_showcase_items_kind", "kind", "publication_id"),
        Index("ix_showcase_items_changed_at", "changed_at"),
        Index(
            "ix_showcase_items_proposed_at",
            *("agency_id", "proposed_at"),
            sqlite_where=text("proposed_at IS NOT NULL"),
            postgresql_where=text("proposed_at IS NOT NULL"),
        ),
    )

    publication_id: Mapped[UUID] = mapped_column(ForeignKey("publications.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    kind: Mapped[str] = mapped_column(String(20))
    proposed_version: Mapped[int | None]
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    declined_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    declined_reason: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    first_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    approved_as_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    taken_off_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_off_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    publication: Mapped[Publication] = relationship()
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def is_waiting(self) -> bool:
        """Whether the publication waits for approval."""
        return self.proposed_at is not None

    @property
    def is_shown(self) -> bool:
        """Whether a version is approved and was not taken off."""
        return self.version is not None and self.taken_off_at is None


class ShowcaseFreeze(Identified):
    """A pause: an agency shows nothing between two of its days, both included."""

    __tablename__ = "showcase_freezes"
    __table_args__ = (
        Index("ix_showcase_freezes_agency_id", "agency_id", "ends_on"),
        Index("ix_showcase_freezes_ends_on", "ends_on", "starts_on"),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    set_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship()
    set_by: Mapped[Person] = relationship(foreign_keys=[set_by_id])


class ShowcaseProfile(Model):
    """The description of an agency on its public page: Markdown by language."""

    __tablename__ = "showcase_profiles"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    body: Mapped[Localized] = mapped_column(LocalizedType)
    html: Mapped[Localized] = mapped_column(LocalizedType)
    summary: Mapped[Localized] = mapped_column(LocalizedType)
    version: Mapped[int] = mapped_column(default=1)
    updated_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
