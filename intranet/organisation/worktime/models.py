"""An agency's working time and calendar, who is on duty, and what people choose for themselves."""

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
    """Who made a day a holiday: the State, the region, or the place itself."""

    STATE = "state"
    REGION = "region"
    LOCAL = "local"


class DutyKind(StrEnum):
    """A shift is worked instead of the usual hours of its days, on call is beside them."""

    SHIFT = "shift"
    ON_CALL = "on_call"


class WorkingTime(Model):
    """An agency's working time; without a row it has the usual one, and quiet outside it.

    `week` says from when to when by weekday, `mon` to `sun`, in the agency's zone:
    `{"mon": {"from": "08:00", "to": "15:00"}}`. A day that is missing is not worked. Only where the
    agency lets them (`lets_loosen`) its people choose to be told outside these hours.
    """

    __tablename__ = "working_times"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    week: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_quiet_outside: Mapped[bool] = mapped_column(default=True)
    lets_loosen: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)


class CalendarDay(Model):
    """In what an agency's calendar differs from the official one of its territory.

    A holiday that the agency has besides, or, where it is not `is_holiday`, an official one that it
    works on.
    """

    __tablename__ = "calendar_days"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    scope: Mapped[DayScope] = mapped_column(enum_column(DayScope))
    name: Mapped[Localized] = mapped_column(LocalizedType)
    is_holiday: Mapped[bool] = mapped_column(default=True)


class OwnHours(Model):
    """What a person chose for themselves instead of the agency's rule; mostly there is no row.

    Either they may be told at any time (`is_always`), or from one time of day to another on the
    days on which they work.
    """

    __tablename__ = "own_hours"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    is_always: Mapped[bool] = mapped_column(default=False)
    opens: Mapped[str | None] = mapped_column(String(5))
    closes: Mapped[str | None] = mapped_column(String(5))


class Duty(Identified):
    """Somebody is on duty for an agency from one instant to another, the last one excluded."""

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
