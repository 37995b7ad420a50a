"""Packages that were asked for, and agencies that leave."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.queries import keeps_bytes
from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column
from intranet.records.portability.scope import PackageKind


class OrderState(StrEnum):
    """How far a package is."""

    WAITING = "waiting"
    """For a second administrator."""
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    GONE = "gone"
    """Its bytes were deleted after some days."""


class PackageOrder(Identified):
    """A package that somebody asked for, made later by a worker, and downloaded by them alone.

    `agency_id` is the agency in whose log it stands. A package of an agency, or of what its people
    contributed, needs the agreement of a second administrator. `stage` and `done` show progress.
    Its bytes are stored under `key` until `expires_at`.
    """

    __tablename__ = "package_orders"
    __table_args__ = (
        Index("ix_package_orders_agency_id_asked_at", "agency_id", "asked_at"),
        Index("ix_package_orders_asked_by_id_asked_at", "asked_by_id", "asked_at"),
        Index("ix_package_orders_expires_at", "expires_at"),
    )

    kind: Mapped[PackageKind] = mapped_column(enum_column(PackageKind))
    subject_id: Mapped[UUID]
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    state: Mapped[OrderState] = mapped_column(enum_column(OrderState))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stage: Mapped[str] = mapped_column(String(10), default="")
    done: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    downloaded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    key: Mapped[str | None] = mapped_column(String(80))

    agency: Mapped[Agency] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    agreed_by: Mapped[Person | None] = relationship(foreign_keys=[agreed_by_id])


class AgencyLeaving(Model):
    """An agency that leaves: asked by one administrator, agreed by another, done a day later.

    Until `due_at` any administrator may withdraw it. From `left_at` on nobody signs in as one of
    its people; what they wrote in shared rooms stays, with the captions of then.
    """

    __tablename__ = "agency_leavings"
    __table_args__ = (Index("ix_agency_leavings_due_at", "due_at"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    agreed_by: Mapped[Person | None] = relationship(foreign_keys=[agreed_by_id])


keeps_bytes(PackageOrder.key)
