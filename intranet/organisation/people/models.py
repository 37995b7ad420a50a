"""People, appointments, absences. No secret is stored here.

Source: foaf:Person; org:Membership and org:holds, W3C Organization Ontology.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from intranet.extensions import Identified, db
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.roles import ROLES_FOR, Act, AgencyRole
from intranet.organisation.people.looks import STATUS_LIMIT, Status, photo_address, status_at
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, Id, Instant, UTCDateTime, enum_column, id_parameter

Limit = Callable[[Id], ColumnElement[bool]]
_limits: list[Limit] = []
_absent: list[Limit] = []


def limits_administration(limit: Limit) -> Limit:
    """Register a condition on `Administration`, by a person's id, that limits what they may do."""
    _limits[:] = [limit]
    return limit


def leaves_to_deputies(locked_out: Limit) -> Limit:
    """Register a condition, by a person's id, for having no access, so that a deputy acts."""
    _absent[:] = [locked_out]
    return locked_out


class AppointmentKind(StrEnum):
    """The capacity in which a person holds a post."""

    HOLDER = "holder"
    ACTING = "acting"
    SUBSTITUTE = "substitute"


class ProfileReach(StrEnum):
    """The visibility of a profile field."""

    AGENCY = "agency"
    NETWORK = "network"


class Showing(StrEnum):
    """The availability that a person chooses to show: hours, absences only, or nothing."""

    HOURS = "hours"
    AWAY = "away"
    NOTHING = "nothing"


class Person(Identified):
    """A person, who keeps identity and contributions through all posts.

    `week` gives places and hours by weekday, `mon` to `sun`:
    `{"mon": {"place": "office" | "home" | "elsewhere", "from": "08:00", "to": "15:00"}}`.
    `reach` is the visibility by field: `{"phone": "agency"}`. The default is the network; for phone
    and photo it is the agency. A person who is not `is_suggested` is never suggested as a
    counterpart. `confirmed_on` is the day on which the person last confirmed what they do.
    `status_emoji` and `status_text` are valid until `status_until`.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index(
            "ix_people_status_until",
            "status_until",
            sqlite_where=text("status_until IS NOT NULL"),
            postgresql_where=text("status_until IS NOT NULL"),
        ),
    )

    name: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(200), index=True)
    about: Mapped[str] = mapped_column(Text, default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    ask_about: Mapped[list[str]] = mapped_column(JSON, default=list)
    phone: Mapped[str] = mapped_column(String(40), default="")
    contact_note: Mapped[str] = mapped_column(String(300), default="")
    week: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reach: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    showing: Mapped[Showing] = mapped_column(enum_column(Showing), default=Showing.HOURS)
    open_to_questions: Mapped[bool] = mapped_column(default=False)
    is_suggested: Mapped[bool] = mapped_column(default=True)
    confirmed_on: Mapped[date | None]
    photo_key: Mapped[str | None] = mapped_column(String(80))
    status_emoji: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    status_text: Mapped[str] = mapped_column(
        String(STATUS_LIMIT), default="", server_default=text("''")
    )
    status_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def status(self) -> Status | None:
        """The current status; None once its time is over."""
        return status_at(clock.now(), self.status_emoji, self.status_text, self.status_until)

    @property
    def photo_url(self) -> str | None:
        """Return the address of the photo, for readers who may see it; None without one."""
        return photo_address(self.id, self.photo_key)

    def administered_agency_ids(
        self, act: Act = Act.ADMINISTER, *, by_own_post: bool = False
    ) -> Select[UUID]:
        """Return the ids of the agencies in which a role lets this person act now, as SQL.

        Args:
            by_own_post: only those to which the post itself belongs, not by a mandate.
        """
        return agency_ids_administered_by(self.id, clock.now(), act, by_own_post=by_own_post)

    def administers(self, agency_id: UUID, *, by_own_post: bool = False) -> bool:
        """Return whether a post of this person administers an agency now."""
        return self.may(Act.ADMINISTER, agency_id, by_own_post=by_own_post)

    def may(self, act: Act, agency_id: UUID, *, by_own_post: bool = False) -> bool:
        """Return whether a role in an agency lets this person do something there now."""
        asked = execute_prepared(_may(act, by_own_post), person_id=self.id, agency_id=agency_id)
        return asked.scalar() is not None

    def own_posts(self, agency_id: UUID) -> Collection[UUID]:
        """Return the posts of an agency that this person holds, or will hold."""
        goes_on = or_(Appointment.until.is_(None), Appointment.until > clock.now())
        own = select(Post.id).join(Appointment, Appointment.post_id == Post.id)
        of_agency = own.where(Post.agency_id == agency_id, Appointment.person_id == self.id)
        return set(db.session.scalars(of_agency.where(goes_on)))


def agency_ids_administered_by(
    person_id: Id, now: Instant, act: Act = Act.ADMINISTER, *, by_own_post: bool = False
) -> Select[UUID]:
    """Return the agencies in which a role allows an act; both values may be bound parameters."""
    found = (
        select(Administration.agency_id)
        .select_from(Administration)
        .join(Appointment, has_role(now))
        .where(
            Appointment.person_id == person_id,
            Administration.role.in_(ROLES_FOR[act]),
            *(limit(person_id) for limit in _limits),
        )
    )
    if by_own_post:
        found = found.join(Post, Post.id == Administration.post_id).where(
            Post.agency_id == Administration.agency_id
        )
    return found


def has_role(now: Instant) -> ColumnElement[bool]:
    """Return the condition that an `Appointment` gives the role of an `Administration` now.

    It is to its post or, while nobody there can act, to the deputy post.
    """
    held = aliased(Appointment)
    away = select(Absence.id).where(
        Absence.person_id == held.person_id, Absence.since <= now, Absence.until > now
    )
    acting = select(held.id).where(
        held.post_id == Administration.post_id,
        held.runs_at(now),
        ~exists(away.correlate(held)),
        *(~locked_out(cast("ColumnElement[UUID]", held.person_id)) for locked_out in _absent),
    )
    return and_(
        or_(
            Appointment.post_id == Administration.post_id,
            and_(
                Appointment.post_id == Administration.deputy_post_id,
                ~exists(acting.correlate(Administration)),
            ),
        ),
        or_(
            Appointment.runs_at(now),
            and_(Appointment.keeps_role, Administration.role == AgencyRole.ADMINISTRATOR),
        ),
        Administration.is_in_force(now),
    )


@cache
def _may(act: Act, by_own_post: bool) -> Select[UUID]:  # noqa: FBT001 - a cache key
    ids = agency_ids_administered_by(id_parameter("person_id"), NOW, act, by_own_post=by_own_post)
    return ids.where(Administration.agency_id == id_parameter("agency_id")).limit(1)


class Appointment(Identified):
    """A person holds a post for a period (org:Membership).

    Dates are in the agency's zone, the last day included. `since` and `until` are the same as
    instants in UTC, `until` excluded, so that rights change at midnight without a job. `basis` is
    the agency's own word, for example *interino*. An appointment `on_hold` gives no rights: the
    agency requires a second factor of everybody, and this person of another agency has none
    (`accounts.operations.second_factor_holds`). One that `keeps_role` gives the role of an
    administrator beyond its end, until the agency has another
    (`accounts.operations.keeping_administrators`).
    """

    __tablename__ = "appointments"
    __table_args__ = (
        Index("ix_appointments_person_id_until", "person_id", "until"),
        Index("ix_appointments_post_id_until", "post_id", "until"),
        Index("ix_appointments_starts_on", "starts_on"),
        Index("ix_appointments_ends_on", "ends_on"),
    )

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[AppointmentKind] = mapped_column(
        enum_column(AppointmentKind), default=AppointmentKind.HOLDER
    )
    basis: Mapped[str] = mapped_column(String(80), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    on_hold: Mapped[bool] = mapped_column(default=False, server_default=false())
    keeps_role: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    def set_dates(self, agency: Agency, starts_on: date, ends_on: date | None) -> None:
        """Set the dates and the instants that follow from them in the agency's zone."""
        self.starts_on, self.ends_on = starts_on, ends_on
        self.since = clock.start_of(starts_on, agency.time_zone)
        self.until = clock.end_of(ends_on, agency.time_zone) if ends_on else None

    @classmethod
    def runs_at(cls, now: Instant) -> ColumnElement[bool]:
        """Return the condition for being in effect at an instant."""
        return and_(cls.since <= now, or_(cls.until.is_(None), cls.until > now), ~cls.on_hold)

    def is_current(self, now: datetime) -> bool:
        """Return whether the appointment is in effect at this instant."""
        return self.has_term_at(now) and not self.on_hold

    def has_term_at(self, now: datetime) -> bool:
        """Return whether the dates include this instant, also for one on hold."""
        return self.since <= now and (self.until is None or now < self.until)


class AppointmentOffer(Identified):
    """A post offered to a person of another agency, until they accept or decline.

    An offer gives no rights. `name` is the name that the offering agency typed. A declined offer
    is kept for a while, so that it cannot be repeated at once.
    """

    __tablename__ = "appointment_offers"
    __table_args__ = (UniqueConstraint("post_id", "person_id"),)

    post_id: Mapped[UUID] = mapped_column(ForeignKey("posts.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[AppointmentKind] = mapped_column(
        enum_column(AppointmentKind), default=AppointmentKind.HOLDER
    )
    basis: Mapped[str] = mapped_column(String(80), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(120))
    offered_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    offered_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(
        lazy="joined", innerjoin=True, foreign_keys="AppointmentOffer.person_id"
    )


class Absence(Identified):
    """A person's absence between two days, and their stand-in. The reason is never stored.

    Dates are in the zone where the person works, the last day included; `since` and `until` are the
    same as instants in UTC, `until` excluded, as for an appointment.
    """

    __tablename__ = "absences"
    __table_args__ = (
        Index("ix_absences_person_id_ends_on", "person_id", "ends_on"),
        Index("ix_absences_since", "since"),
        Index("ix_absences_until", "until"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    stand_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    stand_in: Mapped[Person | None] = relationship(foreign_keys=[stand_in_id], lazy="joined")

    def set_days(self, zone: str, starts_on: date, ends_on: date) -> None:
        """Set the days and the instants that follow from them in a zone."""
        self.starts_on, self.ends_on = starts_on, ends_on
        self.since = clock.start_of(starts_on, zone)
        self.until = clock.end_of(ends_on, zone)
