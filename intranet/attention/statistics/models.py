"""Weekly statistics of agencies, counted once when a week is over."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime


class Week(Model):
    """The statistics of an agency from a Monday to a Sunday, without any personal data.

    A count of fewer than ten people, or of things done by fewer than ten people, is stored as None.
    So is a count that leaves out fewer than ten of the agency's people, who could be identified by
    it. `hours_to_answer` is the median for the questions of that week that were answered.
    """

    __tablename__ = "agency_weeks"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    readers: Mapped[int | None]
    messages: Mapped[int | None]
    publications: Mapped[int | None]
    questions: Mapped[int | None]
    hours_to_answer: Mapped[int | None]
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
