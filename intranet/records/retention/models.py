"""The file plan of an agency, its rules of retention, and the runs that applied them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.messaging.messages.models import RULE_LIMIT
from intranet.messaging.spaces.models import Space
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column

CODE_LIMIT, NAME_LIMIT, BASIS_LIMIT = 40, 300, 1000


class TermUnit(StrEnum):
    """The unit of a term."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


class CountsFrom(StrEnum):
    """The instant from which a term counts."""

    WRITTEN = "written"
    CHANGED = "changed"


class AfterTerm(StrEnum):
    """The end of content when its term is over."""

    DELETE = "delete"
    KEEP = "keep"


class FilePlan(Identified):
    """A version of an agency's classification table, as imported from a file.

    It is in force from its approval by a second person until the next version is approved.
    """

    __tablename__ = "file_plans"
    __table_args__ = (UniqueConstraint("agency_id", "number"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    number: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(200))
    imported_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    imported_by: Mapped[Person] = relationship(foreign_keys=[imported_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    classes: Mapped[list["FilePlanClass"]] = relationship(
        lazy="raise_on_sql", order_by="FilePlanClass.code"
    )


class FilePlanClass(Identified):
    """A class of a file plan: its term, from when it counts, its basis in law, and its end."""

    __tablename__ = "file_plan_classes"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("file_plans.id"))
    code: Mapped[str] = mapped_column(String(CODE_LIMIT))
    name: Mapped[str] = mapped_column(String(NAME_LIMIT))
    term: Mapped[int | None]
    unit: Mapped[TermUnit | None] = mapped_column(enum_column(TermUnit))
    counts_from: Mapped[CountsFrom] = mapped_column(enum_column(CountsFrom))
    basis: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    after: Mapped[AfterTerm] = mapped_column(enum_column(AfterTerm))


class RetentionRule(Identified):
    """A rule for a kind of content of an agency, or of one space of it.

    It removes after `days`, or as the file plan says of `class_code`; with neither it keeps
    everything, as an exception from a wider rule. One person proposes it or asks for its end, and
    another one sets that in force.
    """

    __tablename__ = "retention_rules"
    __table_args__ = (
        Index("ix_retention_rules_agency_id_proposed_at", "agency_id", "proposed_at"),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    title: Mapped[str] = mapped_column(String(RULE_LIMIT))
    kind: Mapped[str] = mapped_column(String(20))
    space_id: Mapped[UUID | None] = mapped_column(ForeignKey("spaces.id"), index=True)
    days: Mapped[int | None]
    class_code: Mapped[str | None] = mapped_column(String(CODE_LIMIT))
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    end_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    space: Mapped[Space | None] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    end_asked_by: Mapped[Person | None] = relationship(foreign_keys=[end_asked_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])

    @property
    def is_in_force(self) -> bool:
        """Whether the rule applies."""
        return self.approved_at is not None and self.ended_at is None


class RetentionHalt(Model):
    """The stop of all removal in an agency, until somebody lets it go on."""

    __tablename__ = "retention_halts"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    halted_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    halted_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)

    halted_by: Mapped[Person] = relationship()


class RetentionRun(Identified):
    """An application of all rules of an agency; `removed` counts by the id of the rule.

    `due` is what could be removed at its beginning, `passed_over` what was due and held at its end.
    """

    __tablename__ = "retention_runs"
    __table_args__ = (Index("ix_retention_runs_agency_id_began_at", "agency_id", "began_at"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    due: Mapped[int] = mapped_column(default=0)
    removed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    passed_over: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    was_stopped: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def removed_count(self) -> int:
        """How much the run removed so far."""
        return sum(self.removed.values())
