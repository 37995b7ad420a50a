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
    """What a space belongs to."""

    AGENCY = "agency"
    UNIT = "unit"
    GROUP = "group"


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
    """By which way somebody became a member. A rule never touches whom a hand let in."""

    RULE = "rule"
    HAND = "hand"


class Reach(StrEnum):
    """From which agencies a group takes its people."""

    AGENCY = "agency"
    SHARED = "shared"
    """From its own and from those that share it, each with its key (`SpaceKey`)."""
    NETWORK = "network"


class Space(Identified):
    """Where conversations live: each agency, each unit but the root and each group has exactly one.

    A group's has a `name` and an owner post, whose agency is the space's: whoever stands in that
    post leads it. Other spaces are called as their unit or agency, and led by its heads.
    `audience` says by rule who is a member; without one only hands make members. Of the board of
    an agency's staff representatives nobody lists who belongs to it or reads it (`hides_people`).
    `members_version` rises with each change of membership, so that a cache of readers knows when
    it is stale.
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
        """How it is called: as the group, the unit or the agency whose space it is."""
        if self.name is not None:
            return self.name
        return (self.unit or self.agency).name

    @property
    def is_group(self) -> bool:
        """Whether it is a group's."""
        return self.kind == SpaceKind.GROUP


class SpaceMember(Identified):
    """Somebody is a member of a space from one instant to another, by rule or by hand.

    A rule gives one row for each appointment that fits; a hand gives one row for a person. Into a
    group a hand lets somebody as one of the people of an agency (`agency_id`): the row counts
    while they hold a post there. With an appointment it is no more than a role for whom the rule
    has in by that appointment, and ends with it.
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


class SpaceKey(Model):
    """The key of an agency to a group that agencies share: turned, its people are inside.

    It is asked for, turned by the agency's administrators from `since` to `until`, and can be
    turned back at any moment. The key of the group's own agency opens the group to all others.
    `shares` says in words what is shared.
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
        """Whether it opens the space at this instant."""
        if self.since is None or self.since > now:
            return False
        return self.until is None or now < self.until


class AudienceAtom(Model):
    """One atom of a space's audience as a key (`keys.py`), to find the rules that fit somebody."""

    __tablename__ = "audience_atoms"
    __table_args__ = (Index("ix_audience_atoms_key", "key"),)

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_exception: Mapped[bool] = mapped_column(primary_key=True, default=False)
