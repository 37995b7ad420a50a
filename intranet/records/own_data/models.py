"""Files of own data that people asked for, and requests to erase a person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime


class OwnDataFile(Model):
    """A person's request for their own data, one at a time, and the file once it is made.

    `done` counts the tables that are written, of `total`. `sha256` is the digest of the manifest.
    """

    __tablename__ = "own_data_files"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(5))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id"), unique=True)

    person: Mapped[Person] = relationship()
    file: Mapped[File | None] = relationship()


class ErasureRequest(Identified):
    """A request to erase a person, which two others have to agree to.

    `asked_by_id` is the person or an administrator. `proposed_by_id` is the first of the two,
    `approved_by_id` the second; then the task begins, and counts `done` steps of `total`. `traces`
    holds what has to be found and removed, until the task is done.
    """

    __tablename__ = "erasure_requests"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    proposed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    traces: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    agency: Mapped[Agency] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody to agree."""
        return self.approved_at is None and self.ended_at is None

    @property
    def is_running(self) -> bool:
        """Whether the person is being erased now."""
        return self.approved_at is not None and self.erased_at is None
