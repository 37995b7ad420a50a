"""Access rules: a person's agencies, administration, and the visibility of profiles."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, bindparam, exists, or_, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, Agency, Post
from intranet.organisation.agencies.roles import Act, AgencyRole
from intranet.organisation.people.models import (
    Absence,
    Appointment,
    Person,
    ProfileReach,
    agency_ids_administered_by,
)
from intranet.organisation.people.queries import (
    current_appointments,
    heads_of_person,
    in_parts,
    is_current,
)
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.errors import NotFound
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, Id, Instant, among, id_parameter

FIELDS = ("photo", "phone", "about", "languages", "ask_about", "contact_note", "week")
FOR_THE_AGENCY = frozenset({"photo", "phone"})
CONTACT = frozenset({"phone", "contact_note"})


def holds_any_post(person: Person) -> bool:
    """Return whether the person holds a post today."""
    return bool(current_appointments(person.id))


def own_agency_ids(person: Person) -> frozenset[UUID]:
    """Return the ids of the agencies where the person holds a post today."""
    return frozenset(row.post.agency_id for row in current_appointments(person.id))


def agency_ids_of(person: Person) -> Select[UUID]:
    """Return the ids of the agencies where the person holds a post today, as SQL."""
    return agency_ids_held_by(person.id, clock.now())


def agency_ids_held_by(person_id: Id, now: Instant) -> Select[UUID]:
    """Return the ids of `agency_ids_of`; both values may be bound parameters."""
    return (
        select(Post.agency_id)
        .join(Appointment, Appointment.post_id == Post.id)
        .where(Appointment.person_id == person_id, is_current(now))
    )


def is_open_to(viewer: Person) -> ColumnElement[bool]:
    """Return the condition on `Agency` that the viewer may find it.

    It is in the directory of the network, or the viewer holds a post in it or administers it.
    """
    return or_(
        Agency.in_directory,
        Agency.id.in_(agency_ids_of(viewer)),
        Agency.id.in_(viewer.administered_agency_ids(Act.ENTER)),
    )


@per_request
def closed_agency_ids(viewer: Person) -> frozenset[UUID]:
    """Return the agencies that left the directory and are not the viewer's; mostly none."""
    if db.session.scalar(select(Agency.id).where(~Agency.in_directory).limit(1)) is None:
        return frozenset()
    return frozenset(
        db.session.scalars(select(Agency.id).where(~Agency.in_directory, ~is_open_to(viewer)))
    )


def is_findable_by(viewer: Person) -> ColumnElement[bool]:
    """Return the condition on `Person` that a viewer who holds a post may find them.

    They hold a post in an agency open to the viewer, or never held one in a closed agency.
    """
    held = (
        select(Appointment.id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(Appointment.person_id == Person.id)
        .correlate(Person)
    )
    in_the_open = held.where(is_current(clock.now()), is_open_to(viewer))
    in_hiding = held.where(~is_open_to(viewer))
    return or_(Person.id == viewer.id, exists(in_the_open), ~exists(in_hiding))


def administers(person: Person, agency: Agency) -> bool:
    """Return whether a post that the person holds today administers the agency."""
    return person.administers(agency.id)


def administered_agencies(person: Person, act: Act = Act.ADMINISTER) -> Sequence[Agency]:
    """Return the agencies where a role allows an act today, their own first, then by name."""
    rows = execute_prepared(_administered(act), person_id=person.id).all()
    if not rows:
        return []
    own = {row.agency_id for row in rows if row.agency_id == row.of_post}
    found = db.session.scalars(
        select(Agency)
        .where(Agency.id.in_({row.agency_id for row in rows}))
        .order_by(Agency.sort_key, Agency.id)
    )
    return sorted(found, key=lambda agency: agency.id not in own)


@cache
def _administered(act: Act) -> Select[Any, *tuple[Any, ...]]:
    ids = agency_ids_administered_by(id_parameter("person_id"), NOW, act)
    return ids.join(Post, Post.id == Administration.post_id).add_columns(
        Post.agency_id.label("of_post")
    )


def roles_in(person: Person, agency: Agency) -> frozenset[AgencyRole]:
    """Return the roles that the person has in an agency today, by a mandate too."""
    asked = execute_prepared(_roles(), person_id=person.id, agency_id=agency.id)
    return frozenset(row.role for row in asked)


@cache
def _roles() -> Select[Any, *tuple[Any, ...]]:
    ids = agency_ids_administered_by(id_parameter("person_id"), NOW, Act.ENTER)
    return ids.add_columns(Administration.role).where(
        Administration.agency_id == id_parameter("agency_id")
    )


def administers_several(person: Person) -> bool:
    """Return whether the person has a role in more than one agency today."""
    return len(execute_prepared(_entered(), person_id=person.id).all()) > 1


@cache
def _entered() -> Select[UUID]:
    ids = agency_ids_administered_by(id_parameter("person_id"), NOW, Act.ENTER)
    return ids.distinct().limit(2)


def get_administered_agency(person: Person, code: str, act: Act = Act.ADMINISTER) -> Agency:
    """Return the agency with this code, if a role of the person there allows an act.

    Raises:
        NotFound: there is none, or no role of theirs allows it.
    """
    if not code.isprintable():  # PostgreSQL takes no NUL in a parameter
        raise NotFound
    asked = {"person_id": person.id, "code": code}
    agency = db.session.scalar(_administered_by_code(act), asked)
    if agency is None:
        raise NotFound
    return agency


@cache
def _administered_by_code(act: Act) -> Select[Agency]:
    ids = agency_ids_administered_by(id_parameter("person_id"), NOW, act)
    of_code = Agency.code == bindparam("code", type_=String)
    return select(Agency).where(of_code, Agency.id.in_(ids))


def get_person(viewer: Person, person_id: UUID) -> Person:
    """Return a person, if the viewer may know them: themselves, or others while they hold a post.

    Raises:
        NotFound: there is nobody, or the viewer may not know them.
    """
    if person_id == viewer.id:
        return viewer
    if not holds_any_post(viewer):
        raise NotFound
    person = db.session.scalar(select(Person).where(Person.id == person_id, is_findable_by(viewer)))
    if person is None:
        raise NotFound
    return person


def findable_among(viewer: Person, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people a viewer who holds a post may find."""
    if not person_ids:
        return set()
    known = select(Person.id).where(Person.id.in_(person_ids), is_findable_by(viewer))
    return set(db.session.scalars(known))


def colleagues_among(viewer: Person, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people share an agency with the viewer today, by posts held."""
    found = {viewer.id} & set(person_ids)
    for some in in_parts(person_ids):
        found.update(execute_prepared(_colleagues(), ids=some, person_id=viewer.id).scalars())
    return found


@cache
def _colleagues() -> Select[UUID]:
    mine = agency_ids_held_by(id_parameter("person_id"), NOW)
    return (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(
            among(Appointment.person_id, "ids"),
            is_current(NOW),
            Post.agency_id.in_(mine),
        )
    )


def is_colleague(viewer: Person, person: Person) -> bool:
    """Return whether both hold a post in one agency today, or are the same person."""
    return person.id in colleagues_among(viewer, [person.id])


class HasPhoto(Protocol):
    """A person as far as it decides who may see their photo."""

    @property
    def id(self) -> UUID:
        """The id of the person."""

    @property
    def photo_key(self) -> str | None:
        """The key of the photo, if there is one."""

    @property
    def reach(self) -> dict[str, str]:
        """The visibility by field, as in `Person.reach`."""


def reach_of(person: HasPhoto, field: str) -> ProfileReach:
    """Return the visibility of a profile field: the person's choice, or the default."""
    usual = ProfileReach.AGENCY if field in FOR_THE_AGENCY else ProfileReach.NETWORK
    return ProfileReach(person.reach.get(field, usual))


def visible_fields(viewer: Person, person: Person) -> frozenset[str]:
    """Return the profile fields that the viewer may see."""
    if is_colleague(viewer, person):
        return frozenset(FIELDS)
    shown = {field for field in FIELDS if reach_of(person, field) == ProfileReach.NETWORK}
    keeps = shown & CONTACT and not lets_contact_out(person)
    return frozenset(shown - CONTACT if keeps else shown)


def lets_contact_out(person: Person) -> bool:
    """Return whether every agency of the person lets others see contact details."""
    keeping = select(Agency.id).where(Agency.id.in_(agency_ids_of(person)), ~Agency.contact_outside)
    return db.session.scalar(keeping.limit(1)) is None


def photos_visible(viewer: Person, people: Collection[HasPhoto]) -> set[UUID]:
    """Return which of these people have a photo that the viewer may see. One query."""
    with_photo = [person for person in people if person.photo_key]
    colleagues = colleagues_among(viewer, [person.id for person in with_photo])
    return {
        person.id
        for person in with_photo
        if person.id in colleagues or reach_of(person, "photo") == ProfileReach.NETWORK
    }


def may_set_absence(actor: Person, person: Person) -> bool:
    """Return whether the actor is the person, their head, or an administrator of their agency."""
    if actor.id == person.id:
        return True
    if any(head.person_id == actor.id for head in heads_of_person(person.id)):
        return True
    agencies = agency_ids_of(person).where(
        Post.agency_id.in_(actor.administered_agency_ids(Act.PEOPLE))
    )
    return db.session.scalar(agencies.limit(1)) is not None


def get_absence(actor: Person, absence_id: UUID) -> Absence:
    """Return an absence, if the actor may change it.

    Raises:
        NotFound: there is none, or the actor may not change it.
    """
    absence = db.session.get(Absence, absence_id)
    if absence is None or not may_set_absence(actor, absence.person):
        raise NotFound
    return absence
