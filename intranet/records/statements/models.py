"""Texts that only an agency can write for its statements, each with its versions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime

BODY_LIMIT = 4_000


class StatementText(Identified):
    """A version of an agency's own words on one line of a statement; the highest number counts.

    They are in the agency's first language. An empty body removes the words, and is a version too.
    """

    __tablename__ = "statement_texts"
    __table_args__ = (UniqueConstraint("agency_id", "statement", "part", "number"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    statement: Mapped[str] = mapped_column(String(20))
    part: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    written_by: Mapped[Person] = relationship()
