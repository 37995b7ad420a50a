"""Whom and what people follow: kinds of it, and one row for each."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class FollowKind(StrEnum):
    """What somebody follows: who publishes, what stands in a unit or agency, a topic, one thing."""

    PERSON = "person"
    UNIT = "unit"
    AGENCY = "agency"
    TOPIC = "topic"
    PUBLICATION = "publication"
    """What becomes of it: its updates, its stages."""


class Follow(Model):
    """Somebody wants to be told of what a person, unit or agency publishes, of a topic, of one.

    `subject` is the id of the one followed as 32 hexadecimal digits, or the code of the function.
    """

    __tablename__ = "follows"
    __table_args__ = (Index("ix_follows_kind_subject", "kind", "subject", "person_id"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[FollowKind] = mapped_column(enum_column(FollowKind), primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
