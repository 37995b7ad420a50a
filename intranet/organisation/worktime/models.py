"""An agency's working time and calendar, duties, and people's own notification hours."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column


class DayScope(StrEnum):
    """The authority that declared a holiday: the State, the region, or the municipality."""

    STATE = "state"
    REGION = "region"
    LOCAL = "local"


class DutyKind(StrEnum):
    """A shift replaces the usual hours of its days; on call is in addition to them."""

    SHIFT = "shift"
    ON_CALL = "on_call"


class WorkingTime(Model):
    """An agency's working time; without a row, the default applies, with quiet times outside it.

    `week` gives hours by weekday, `mon` to `sun`, in the agency's zone:
    `{"mon": {"from": "08:00", "to": "15:00"}}`. A missing day is not worked. People may choose to
    be notified outside these hours only if the agency allows it (`lets_loosen`).
    """

    __tablename__ = "working_times"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    week: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_quiet_outside: Mapped[bool] = mapped_column(default=True)
    lets_loosen: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)


class CalendarDay(Model):
    """A difference between an agency's calendar and the official one of its territory.

    It is an additional holiday of the agency or, if not `is_holiday`, an official one that it works
    on.
    """

    __tablename__ = "calendar_days"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    scope: Mapped[DayScope] = mapped_column(enum_column(DayScope))
    name: Mapped[Localized] = mapped_column(LocalizedType)
    is_holiday: Mapped[bool] = mapped_column(default=True)


class OwnHours(Model):
    """A person's own notification hours instead of the agency's rule; most people have no row.

    Either they are notified at any time (`is_always`), or between two times of day on the days on
    which they work.
    """

    __tablename__ = "own_hours"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    is_always: Mapped[bool] = mapped_column(default=False)
    opens: Mapped[str | None] = mapped_column(String(5))
    closes: Mapped[str | None] = mapped_column(String(5))


class Duty(Identified):
    """A person's duty for an agency between two instants, the last one excluded."""

    __tablename__ = "duties"
    __table_args__ = (
        UniqueConstraint("agency_id", "person_id", "since"),
        Index("ix_duties_person_id_until", "person_id", "until"),
        Index("ix_duties_agency_id_since", "agency_id", "since"),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[DutyKind] = mapped_column(enum_column(DutyKind), default=DutyKind.SHIFT)
    note: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
