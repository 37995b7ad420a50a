"""Agencies, units, posts and functions.

Source: W3C Organization Ontology (org:FormalOrganization, org:OrganizationalUnit, org:Post).
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    false,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intranet.extensions import UNNESTED, Identified, Model
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core import clock
from intranet.platform.core.types import Localized, LocalizedType, UTCDateTime, enum_column


class AgencyKind(StrEnum):
    """The kind of an administration.

    The administration of an island is a *cabildo* or *consell insular*, that of a district a
    *comarca*. An association is a *mancomunidad* of municipalities. A grouping (*agrupación*)
    shares posts. A minor entity is a village below a municipality.
    """

    STATE = "state"
    REGION = "region"
    PROVINCE = "province"
    ISLAND = "island"
    DISTRICT = "district"
    ASSOCIATION = "association"
    MUNICIPALITY = "municipality"
    MINOR_ENTITY = "minor_entity"
    GROUPING = "grouping"
    CONSORTIUM = "consortium"
    UNIVERSITY = "university"
    PUBLIC_BODY = "public_body"


class SecondFactor(StrEnum):
    """The people of whom an agency requires a second factor at sign-in."""

    NOBODY = "nobody"
    ADMINISTRATORS = "administrators"
    EVERYBODY = "everybody"


class MailContent(StrEnum):
    """How much content may leave by e-mail or push, from least to most."""

    NOTHING = "nothing"
    TITLE = "title"
    TEXT = "text"


class PostKind(StrEnum):
    """How a post is filled: by public employees, election, trust, or from outside."""

    EMPLOYEE = "employee"
    ELECTED = "elected"
    TRUST = "trust"
    EXTERNAL = "external"


class ArticleRule(StrEnum):
    """Whether every employee may write articles: never, with approval, or freely."""

    OFF = "off"
    APPROVAL = "approval"
    FREE = "free"


class Agency(Identified):
    """An administration (org:FormalOrganization). The first of its `languages` is its own.

    `code` is its address, and `register_code` its code in the register that `code_scheme` names.
    They differ where another scheme's agency had that address before: then it is `scheme:code`.

    If it is not `in_directory`, only its own people find it. Contact details are shown outside only
    if the agency (`contact_outside`) and the person allow it. `video_mb` limits the size of a
    video. `articles` says whether every employee may write articles.
    """

    __tablename__ = "agencies"
    __table_args__ = (
        Index(
            "ix_agencies_hidden",
            "id",
            sqlite_where=text("in_directory = 0"),
            postgresql_where=text("NOT in_directory"),
        ),
        UniqueConstraint("code_scheme", "register_code"),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    code_scheme: Mapped[str] = mapped_column(String(20), default="local")
    register_code: Mapped[str | None] = mapped_column(String(40))
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[Localized] = mapped_column(LocalizedType)
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[AgencyKind] = mapped_column(enum_column(AgencyKind))
    territory: Mapped[str | None] = mapped_column(String(20), index=True)
    population: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(JSON)
    time_zone: Mapped[str] = mapped_column(String(40), default="Europe/Madrid")
    second_factor: Mapped[SecondFactor] = mapped_column(
        enum_column(SecondFactor), default=SecondFactor.ADMINISTRATORS
    )
    passkeys_alone: Mapped[bool] = mapped_column(default=False, server_default=false())
    basis_shown_outside: Mapped[bool] = mapped_column(default=False)
    in_directory: Mapped[bool] = mapped_column(default=True)
    contact_outside: Mapped[bool] = mapped_column(default=True)
    mail_content: Mapped[MailContent] = mapped_column(
        enum_column(MailContent), default=MailContent.TITLE
    )
    video_mb: Mapped[int] = mapped_column(default=500)
    articles: Mapped[ArticleRule] = mapped_column(enum_column(ArticleRule), default=ArticleRule.OFF)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def language(self) -> str:
        """The agency's own language."""
        return self.languages[0]


class Unit(Identified):
    """A department of an agency (org:OrganizationalUnit), in a tree; the root is the agency.

    `path` holds the ids from the root down to the unit, as `/hex/hex/`. The paths of a subtree are
    a range of the index.
    """

    __tablename__ = "units"
    __table_args__ = (
        UniqueConstraint("agency_id", "code"),
        Index("ix_units_path", "path"),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[Localized] = mapped_column(LocalizedType)
    sort_key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), default="unit")
    path: Mapped[str] = mapped_column(
        String(700).with_variant(String(700, collation="C"), "postgresql")
    )
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=UNNESTED)
    parent: Mapped["Unit | None"] = relationship(
        remote_side="Unit.id", foreign_keys=[parent_id], viewonly=True
    )

    def is_in_force(self, day: date) -> bool:
        """Return whether the unit exists on a day, its last day included."""
        return _is_within(day, self.valid_from, self.valid_to)

    def takes_more(self, day: date) -> bool:
        """Return whether posts and units may be added to the unit on a day; not on its last one."""
        return self.is_in_force(day) and self.valid_to != day

    @property
    def depth(self) -> int:
        """The depth in the tree; the root has 0."""
        return self.path.count("/") - 2

    @property
    def ancestor_ids(self) -> list[UUID]:
        """The ids from the root down, both ends included."""
        return [UUID(part) for part in self.path.strip("/").split("/")]


class UnitSuccessor(Model):
    """A further unit that took posts or units of an ended one, besides its `successor_id`."""

    __tablename__ = "unit_successors"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    successor_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)


class Post(Identified):
    """A position in a unit (org:Post), whoever holds it, and also while vacant.

    `level` is 1 executive direction, 2 head of department or service, 3 section or team lead,
    4 professional or technical, 5 administrative, auxiliary, operational. `fallback_id` answers
    while the post is vacant; a post of another agency is `fallback_asked_id` until it accepts.
    `onward_id` is the post of its agency that then reads what is written to it; it follows from
    fallbacks, heads and units (`operations.vacancy_readers`).

    A post that `publishes_for_agency` may announce to the whole agency, as communication does. At
    most one post of an agency `keeps_registry`: its administrators named it for that.

    `occupations` are strengths by code, derived from the title, the units and what the holders show
    of themselves, by the vocabulary of `vocabulary_version` (`people.operations.post_occupations`);
    None before that. `named_occupation` and `role` are those that its title names clearly, if any.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("agency_id", "handle"),
        UniqueConstraint("agency_id", "code"),
        Index(
            "ix_posts_fallback_id",
            "fallback_id",
            sqlite_where=text("fallback_id IS NOT NULL"),
            postgresql_where=text("fallback_id IS NOT NULL"),
        ),
    )

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    handle: Mapped[str] = mapped_column(String(60))
    title: Mapped[Localized] = mapped_column(LocalizedType)
    sort_key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PostKind] = mapped_column(enum_column(PostKind), default=PostKind.EMPLOYEE)
    level: Mapped[int] = mapped_column(default=5)
    is_head: Mapped[bool] = mapped_column(default=False)
    places: Mapped[int] = mapped_column(default=1)
    publishes_for_agency: Mapped[bool] = mapped_column(default=False)
    keeps_registry: Mapped[bool] = mapped_column(default=False, server_default=false())
    fallback_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"))
    fallback_asked_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    onward_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    occupations: Mapped[dict[str, float] | None] = mapped_column(JSON(none_as_null=True))
    vocabulary_version: Mapped[int | None] = mapped_column(index=True)
    named_occupation: Mapped[str] = mapped_column(String(5), default="", server_default=text("''"))
    role: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=UNNESTED)
    fallback: Mapped["Post | None"] = relationship(
        remote_side="Post.id", foreign_keys=[fallback_id], viewonly=True
    )
    functions: Mapped[list["PostFunction"]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql", order_by="PostFunction.function_code"
    )

    def is_in_force(self, day: date) -> bool:
        """Return whether the post exists on a day, its last day included."""
        return _is_within(day, self.valid_from, self.valid_to)


class Function(Model):
    """A function of administrations, with words for it in each language (`functions.csv`)."""

    __tablename__ = "functions"

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[Localized] = mapped_column(LocalizedType)
    cofog: Mapped[str] = mapped_column(String(10))
    keywords: Mapped[dict[str, list[str]]] = mapped_column(JSON)


class PostFunction(Model):
    """A function of a post; suggested from its title until a person confirms it.

    `strength` is the confidence of a suggestion, at most 1; a confirmed function has 1. `backing`
    is how far others than the post's holder say so: 1 if they confirmed it, half the strength of
    a suggestion, 0 if nobody but the holder does. Nobody reads for a vacant post by less
    (`operations.vacancy_readers`).
    """

    __tablename__ = "post_functions"

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    function_code: Mapped[str] = mapped_column(
        ForeignKey("functions.code"), primary_key=True, index=True
    )
    is_suggested: Mapped[bool] = mapped_column(default=False)
    strength: Mapped[float] = mapped_column(default=1.0)
    backing: Mapped[float] = mapped_column(default=1.0, server_default="1.0")

    function: Mapped[Function] = relationship(lazy="joined", innerjoin=True)


class Administration(Identified):
    """A post has a role in an agency, such as that of an administrator; its deputy takes over.

    A post of another agency administers by a mandate, which has a last day and which both accept.
    """

    __tablename__ = "administrations"
    __table_args__ = (Index("ix_administrations_post_id_ended_at", "post_id", "ended_at"),)

    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"))
    deputy_post_id: Mapped[UUID | None] = mapped_column(ForeignKey("posts.id"), index=True)
    role: Mapped[AgencyRole] = mapped_column(
        enum_column(AgencyRole), server_default="administrator"
    )
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    agency: Mapped[Agency] = relationship(lazy="joined", innerjoin=True)
    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True, foreign_keys=[post_id])
    deputy: Mapped[Post | None] = relationship(lazy="joined", foreign_keys=[deputy_post_id])

    @property
    def is_mandate(self) -> bool:
        """Whether the post belongs to another agency."""
        return self.post.agency_id != self.agency_id

    @property
    def last_day(self) -> date | None:
        """The last day of a role or a mandate, in the zone of the agency that gave it."""
        zone = ZoneInfo(self.agency.time_zone)
        return (self.until.astimezone(zone) - timedelta(seconds=1)).date() if self.until else None

    @property
    def is_past(self) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until <= clock.now()

    @classmethod
    def is_in_force(cls, now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
        """Return the condition for being accepted, begun, not ended and not past the last day."""
        return and_(
            cls.accepted_at <= now,
            or_(cls.since.is_(None), cls.since <= now),
            or_(cls.ended_at.is_(None), cls.ended_at > now),
            or_(cls.until.is_(None), cls.until > now),
        )


def _is_within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
