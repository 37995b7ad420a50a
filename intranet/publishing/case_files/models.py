"""Case files: the record of each document made of messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.delivery.files.models import File
from intranet.extensions import Model
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime


class CaseFile(Model):
    """A document of chosen messages, identified by the code printed in it.

    `sha256` is the digest of the document, `content_sha256` that of the messages as they were
    (`content.digest`). The document is deleted after a while; this row stays.
    """

    __tablename__ = "case_files"

    code: Mapped[str] = mapped_column(String(14), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    language: Mapped[str] = mapped_column(String(5))
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    seqs: Mapped[list[int]] = mapped_column(JSON)
    content_sha256: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id"), unique=True)

    conversation: Mapped[Conversation] = relationship()
    agency: Mapped[Agency] = relationship()
    made_by: Mapped[Person] = relationship()
    file: Mapped[File | None] = relationship()
