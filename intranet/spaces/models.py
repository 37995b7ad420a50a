"""Spaces, their members, and the atoms of their audiences."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.agencies.models import Agency, Unit
from intranet.core import clock
from intranet.core.types import UTCDateTime, enum_column
from intranet.extensions import UNNESTED, Identified
from intranet.people.models import Appointment, Person


class SpaceKind(StrEnum):
    """What a space belongs to."""

    AGENCY = "agency"
    UNIT = "unit"


class Visibility(StrEnum):
    """How far a space is seen beyond its members."""

    MEMBERS = "members"
    AGENCY = "agency"
    NETWORK = "network"
    PUBLIC = "public"


class Posting(StrEnum):
    """Who opens messages in the channels of a space; everybody may reply."""

    EVERYBODY = "everybody"
    SPEAKERS = "speakers"


class Role(StrEnum):
    """What a member may do: heads lead the space, speakers are those whom they name."""

    MEMBER = "member"
    SPEAKER = "speaker"
    HEAD = "head"


class Why(StrEnum):
    """By which way somebody became a member. A rule never touches what a hand put there."""

    RULE = "rule"
    HAND = "hand"


class Space(Identified):
    """Where conversations live: each agency and each unit but the root has exactly one.

    `audience` says by rule who is a member. `members_version` rises with each change of
    membership, so that a cache of readers knows when it is stale.
    """

    __tablename__ = "spaces"

    kind: Mapped[SpaceKind] = mapped_column(enum_column(SpaceKind))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), unique=True)
    visibility: Mapped[Visibility] = mapped_column(
        enum_column(Visibility), default=Visibility.MEMBERS
    )
    posting: Mapped[Posting] = mapped_column(enum_column(Posting), default=Posting.EVERYBODY)
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    members_version: Mapped[int] = mapped_column(default=1)

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=UNNESTED)
    unit: Mapped[Unit | None] = relationship(lazy="joined")


class SpaceMember(Identified):
    """Somebody is a member of a space from one instant to another, by rule or by hand.

    A rule gives one row for each appointment that fits; a hand gives one row for a person.
    """

    __tablename__ = "space_members"
    __table_args__ = (
        Index("ix_space_members_person_id_space_id", "person_id", "space_id"),
        Index("ix_space_members_space_id_person_id", "space_id", "person_id"),
        Index("ix_space_members_since", "since"),
        Index("ix_space_members_until", "until"),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointments.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role), default=Role.MEMBER)
    why: Mapped[Why] = mapped_column(enum_column(Why))
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    named_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    space: Mapped[Space] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    appointment: Mapped[Appointment | None] = relationship()


class SpaceMute(Identified):
    """Somebody does not write in a space until an instant, unless it is ended before.

    Who may say so, and why they did, stands with what was reported (`moderation`).
    """

    __tablename__ = "space_mutes"
    __table_args__ = (
        Index("ix_space_mutes_person_id_space_id", "person_id", "space_id", "until"),
        Index("ix_space_mutes_space_id", "space_id"),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    since: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    muted_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)


class AudienceAtom(Identified):
    """One atom of a space's audience as a row, to find the rules that an appointment touches.

    `kind` and `value` are as in the expression: `unit` and an id, `function` and a code.
    """

    __tablename__ = "audience_atoms"
    __table_args__ = (Index("ix_audience_atoms_kind_value", "kind", "value"),)

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(40))
