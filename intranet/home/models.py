"""What the first page keeps of somebody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from intranet.core import clock
from intranet.core.types import UTCDateTime
from intranet.extensions import Model
from intranet.people.models import Person  # noqa: F401 - the table that the key points to


class FirstStepsEnd(Model):
    """Somebody who is new has put the list of first steps away."""

    __tablename__ = "first_steps_ends"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
