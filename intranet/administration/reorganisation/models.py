"""Plans of reorganisation, their changes in order, and what an applied one has changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Identified, Model
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class PlanState(StrEnum):
    """How far a plan has come; an undone one can be scheduled again."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    APPLIED = "applied"
    UNDONE = "undone"
    DISCARDED = "discarded"


class PlanChangeKind(StrEnum):
    """The effect of a change on a unit or a post."""

    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    DISSOLVE = "dissolve"
    FOUND = "found"
    MOVE_POST = "move_post"
    END_POST = "end_post"
    HEAD = "head"


class Plan(Identified):
    """A plan of an agency, which its administrators draft together.

    `version` rises with each change of the plan or of its changes, so that what is scheduled is
    what was seen. `base` holds, for a scheduled plan, the facts of the units and posts on which it
    builds; at its instant they are compared with those of then. `refused` holds the findings for
    which it was not applied. `changed_by_id` is None if the operator changed it.
    """

    __tablename__ = "plans"
    __table_args__ = (
        Index("ix_plans_agency_id", "agency_id", "state"),
        Index(
            "ix_plans_applies_at",
            "applies_at",
            sqlite_where=text("state = 'scheduled'"),
            postgresql_where=text("state = 'scheduled'"),
        ),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"))
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[PlanState] = mapped_column(enum_column(PlanState), default=PlanState.DRAFT)
    applies_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    applied_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    base: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    refused: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int] = mapped_column(default=1)

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)


class PlanChange(Identified):
    """A change of a plan. Units that it founds have the ids that `values` gives them.

    `values` is what `changes.ChangeSpec` checks, without the unit and the post.
    """

    __tablename__ = "plan_changes"
    __table_args__ = (Index("ix_plan_changes_plan_id", "plan_id", "position"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    position: Mapped[int]
    kind: Mapped[PlanChangeKind] = mapped_column(enum_column(PlanChangeKind))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    added_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)
    changed_by: Mapped[Person | None] = relationship(foreign_keys=[changed_by_id])


class PlanImage(Model):
    """Rows of a table that an applied plan has changed, each before and after.

    It is kept while the plan can be undone.
    """

    __tablename__ = "plan_images"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    rows: Mapped[list[list[Any]]] = mapped_column(JSON)


class PlanNote(Identified):
    """A note to a person about what a plan, or undoing it (`is_undone`), changed for them.

    `facts` has the names of units, and of channels joined and left, as they were then.
    """

    __tablename__ = "plan_notes"
    __table_args__ = (Index("ix_plan_notes_plan_id", "plan_id", "person_id"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_undone: Mapped[bool] = mapped_column(default=False, server_default=false())
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)

    plan: Mapped[Plan] = relationship(lazy="joined", innerjoin=True)
