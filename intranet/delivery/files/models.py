"""Stored files, captions and uploads in parts."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intranet.delivery.files.media_types import VIDEOS
from intranet.extensions import Identified
from intranet.organisation.people.models import Person  # noqa: F401 - the table that a file's owner is in
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class TextState(StrEnum):
    """The result of extracting a file's text; null where that was not tried."""

    READ = "read"
    UNREADABLE = "unreadable"


class CaptionsKind(StrEnum):
    """The content of captions: words and sounds for deaf people, or only speech."""

    CAPTIONS = "captions"
    SUBTITLES = "subtitles"


class File(Identified):
    """A stored file. Its bytes are stored under `key`; access is only through a holder.

    `media_type` follows from the content, never from the sender's claim. Images have a size in
    pixels, a smaller picture under `thumbnail_key`, and texts for people who cannot see them: a
    short one (`alternative`), or all that an infographic says (`long_text`). A video has a size if
    every browser plays it, and its poster is under `thumbnail_key`. `text` is the text of a
    document, cut at a length, for the search.
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
    duration_ms: Mapped[int | None]
    alternative: Mapped[str] = mapped_column(String(500), default="")
    long_text: Mapped[str | None] = mapped_column(Text, deferred=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    text_state: Mapped[TextState | None] = mapped_column(enum_column(TextState))

    @property
    def is_image(self) -> bool:
        """Whether the file is displayed as an image."""
        return self.thumbnail_key is not None and not self.is_video

    @property
    def is_video(self) -> bool:
        """Whether the file is a checked video that plays in every browser."""
        return self.media_type in VIDEOS and self.width is not None


class Captions(Identified):
    """The captions of a video in one language, as WebVTT that we wrote.

    They are deleted with their video and do not hold it (`queries.is_referenced`).
    """

    __tablename__ = "captions"
    __table_args__ = (UniqueConstraint("video_id", "language"),)

    video_id: Mapped[UUID] = mapped_column(ForeignKey("files.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(35))
    kind: Mapped[CaptionsKind] = mapped_column(enum_column(CaptionsKind))
    content: Mapped[str] = mapped_column(Text, deferred=True)


class Upload(Identified):
    """A video that is uploaded in parts. The bytes are stored under `key`, apart from stored files.

    Once the file is complete, `file_id` names it, for a client that missed the last response.
    """

    __tablename__ = "uploads"

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    file_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("files.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
