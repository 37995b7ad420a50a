"""Spaces, their members, and the atoms of their audiences."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import UNNESTED, Identified, Model
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column


class SpaceKind(StrEnum):
    """The owner of a space."""

    AGENCY = "agency"
    UNIT = "unit"
    GROUP = "group"


class Visibility(StrEnum):
    """How widely a space can be read beyond its members."""

    MEMBERS = "members"
    AGENCY = "agency"
    NETWORK = "network"
    PUBLIC = "public"


class Posting(StrEnum):
    """The people who may begin messages in the channels of a space; everyone may reply."""

    EVERYBODY = "everybody"
    SPEAKERS = "speakers"


class Role(StrEnum):
    """The role of a member: heads lead the space and name speakers."""

    MEMBER = "member"
    SPEAKER = "speaker"
    HEAD = "head"


class Why(StrEnum):
    """How a person became a member. A rule never changes memberships by hand."""

    RULE = "rule"
    HAND = "hand"


class Reach(StrEnum):
    """The agencies from which a group takes its people."""

    AGENCY = "agency"
    SHARED = "shared"
    """From its own and from those that share it, each with its approval (`SpaceKey`)."""
    NETWORK = "network"


class Space(Identified):
    """The members of an agency, a unit other than the root, or a group; each has one space.

    A group's space has a `name` and an owner post, whose agency is the space's: whoever holds that
    post leads it. Other spaces have the name of their unit or agency, and its heads lead them.
    `audience` is the rule of membership; without one, members are added only by hand. Nobody may
    list the members or readers of the board of an agency's staff representatives (`hides_people`).
    `members_version` rises with each change of membership, so that a cache of readers knows when it
    is stale.
    """

    __tablename__ = "spaces"
    __table_args__ = (Index("ix_spaces_visibility_agency_id", "visibility", "agency_id"),)

    kind: Mapped[SpaceKind] = mapped_column(enum_column(SpaceKind))
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), unique=True)
    visibility: Mapped[Visibility] = mapped_column(
        enum_column(Visibility), default=Visibility.MEMBERS
    )
    posting: Mapped[Posting] = mapped_column(enum_column(Posting), default=Posting.EVERYBODY)
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    name: Mapped[Localized | None] = mapped_column(LocalizedType)
    owner_post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    reach: Mapped[Reach | None] = mapped_column(enum_column(Reach))
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hides_people: Mapped[bool] = mapped_column(default=False)
    members_version: Mapped[int] = mapped_column(default=1)

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=UNNESTED)
    unit: Mapped[Unit | None] = relationship(lazy="joined")
    owner_post: Mapped[Post | None] = relationship()

    @property
    def title(self) -> Localized:
        """The name of the group, unit or agency whose space it is."""
        if self.name is not None:
            return self.name
        return (self.unit or self.agency).name

    @property
    def is_group(self) -> bool:
        """Whether the space belongs to a group."""
        return self.kind == SpaceKind.GROUP


class SpaceMember(Identified):
    """A membership in a space from one instant to another, by rule or by hand.

    A rule gives one row for each appointment that fits; adding by hand gives one row for a person.
    A group adds a person by hand as one of the people of an agency (`agency_id`): the row counts
    while they hold a post there. A row by hand with an appointment is only a role for a member by
    rule, and ends with that appointment.
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
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agencies.id"), index=True)

    space: Mapped[Space] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    appointment: Mapped[Appointment | None] = relationship()


class SpaceMute(Identified):
    """A mute: the person cannot write in a space until an instant, unless it is lifted before.

    Who decided it, and why, is in the report (`moderation`).
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


class SpaceKey(Model):
    """The approval of an agency for a shared group: while approved, its people can be members.

    The agency's administrators approve it from `since` to `until`, and may withdraw it at any time.
    The approval of the group's own agency opens the group to all others. `shares` says in words
    what is shared.
    """

    __tablename__ = "space_keys"

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True, index=True)
    shares: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    turned_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    turned_back_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    turned_back_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)

    def is_turned(self, now: datetime) -> bool:
        """Return whether the agency approves the group at this instant."""
        if self.since is None or self.since > now:
            return False
        return self.until is None or now < self.until


class AudienceAtom(Model):
    """An atom of a space's audience as a key (`audience_keys.py`), to find a person's rules."""

    __tablename__ = "audience_atoms"
    __table_args__ = (Index("ix_audience_atoms_key", "key"),)

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_exception: Mapped[bool] = mapped_column(primary_key=True, default=False)
