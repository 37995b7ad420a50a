"""Stored files."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intranet.core import clock
from intranet.core.types import UTCDateTime, enum_column
from intranet.extensions import Identified
from intranet.people.models import Person  # noqa: F401 - the table that a file's owner is in


class TextState(StrEnum):
    """What became of reading a file's text; nothing where that was not tried."""

    READ = "read"
    UNREADABLE = "unreadable"


class File(Identified):
    """A stored file. Its bytes lie under `key`; nobody may reach them but through a holder.

    `media_type` follows from the content, never from what the sender claimed. Images have a
    size in pixels, a smaller picture under `thumbnail_key`, and words for who cannot see them.
    `text` is what a document says, cut at a length, to find it by.
    """

    __tablename__ = "files"

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(80))
    thumbnail_key: Mapped[str | None] = mapped_column(String(80))
    width: Mapped[int | None]
    height: Mapped[int | None]
    alternative: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    text_state: Mapped[TextState | None] = mapped_column(enum_column(TextState))

    @property
    def is_image(self) -> bool:
        """Whether it is shown as a picture."""
        return self.thumbnail_key is not None
