"""Groups beside their spaces: joining, topics, invitations, and the policy of an agency."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import Model
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Function
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime, enum_column


class Joining(StrEnum):
    """How people join a group."""

    OPEN = "open"
    REQUEST = "request"
    INVITATION = "invitation"


class Makers(StrEnum):
    """The people of an agency who may create groups."""

    EVERYBODY = "everybody"
    HEADS = "heads"
    NOBODY = "nobody"


class Group(Model):
    """A group: it shares its id with its space, which has the name, the owner post and the members.

    `welcome` and `rules` are Markdown in the group's language. A listed group is found by everyone
    who could join it; an unlisted one only by its members and by invited people. `asked_at` is when
    its leads were last asked whether it is needed, `kept_at` when they last confirmed it. `lent_by`
    is its own post while that is vacant and a head leads the group instead.
    """

    __tablename__ = "groups"

    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), primary_key=True)
    joining: Mapped[Joining] = mapped_column(enum_column(Joining), default=Joining.REQUEST)
    is_listed: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(500), default="")
    welcome: Mapped[str] = mapped_column(Text, default="")
    rules: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    sort_key: Mapped[str] = mapped_column(String(400), index=True)
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    kept_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lent_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)

    space: Mapped[Space] = relationship(lazy="joined", innerjoin=True)
    topics: Mapped[list["GroupTopic"]] = relationship(
        lazy="selectin", order_by="GroupTopic.function_code", cascade="all, delete-orphan"
    )


class GroupTopic(Model):
    """A topic of a group, as a function: at most three."""

    __tablename__ = "group_topics"

    space_id: Mapped[UUID] = mapped_column(ForeignKey("groups.space_id"), primary_key=True)
    function_code: Mapped[str] = mapped_column(
        ForeignKey("functions.code"), primary_key=True, index=True
    )

    function: Mapped[Function] = relationship(lazy="joined", innerjoin=True)


class GroupInvitation(Model):
    """An invitation to a group, under an agency, or a request to join it.

    The invited person answers an invitation; the leads of the group decide on a request
    (`is_request`).
    """

    __tablename__ = "group_invitations"
    __table_args__ = (
        Index("ix_group_invitations_person_id_answered_at", "person_id", "answered_at"),
        Index("ix_group_invitations_space_id_answered_at", "space_id", "answered_at"),
    )

    space_id: Mapped[UUID] = mapped_column(ForeignKey("groups.space_id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    is_request: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(300), default="")
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    is_accepted: Mapped[bool | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    agency: Mapped[Agency] = relationship()
    group: Mapped[Group] = relationship()


class GroupPolicy(Model):
    """Which people of an agency may create groups; without a row everyone may."""

    __tablename__ = "group_policies"

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), primary_key=True)
    makers: Mapped[Makers] = mapped_column(enum_column(Makers), default=Makers.EVERYBODY)
