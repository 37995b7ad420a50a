"""The file of own data that a person has asked for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.extensions import Model
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
