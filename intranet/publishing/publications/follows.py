"""Follows: the kinds of subject, and a row for each."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class FollowKind(StrEnum):
    """The kind of subject followed: an author, a unit, an agency, a topic or one publication."""

    PERSON = "person"
    UNIT = "unit"
    AGENCY = "agency"
    TOPIC = "topic"
    PUBLICATION = "publication"
    """Its updates and stages."""


class Follow(Model):
    """A person's wish to be notified of a subject's publications.

    `subject` is an id as 32 hexadecimal digits, or the code of a function.
    """

    __tablename__ = "follows"
    __table_args__ = (Index("ix_follows_kind_subject", "kind", "subject", "person_id"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[FollowKind] = mapped_column(enum_column(FollowKind), primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
