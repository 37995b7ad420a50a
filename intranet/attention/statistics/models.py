"""An agency's weeks in numbers, counted once when a week is over."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime


class Week(Model):
    """What happened in an agency from a Monday to a Sunday. No person stands in it.

    A number of people below ten, and what fewer than ten people did, is not even stored: it is
    None. So it is where all but a few of the agency's people are counted, who would be known by
    that. `hours_to_answer` is the middle one of the questions of that week that were answered.
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
