"""Load what belongs to an administered agency; anything else is answered with 404."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Administration, Agency, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core.errors import NotFound


def get_unit(agency: Agency, unit_id: UUID) -> Unit:
    """Return a unit of the agency.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.agency_id != agency.id:
        raise NotFound
    return unit


def get_post(agency: Agency, post_id: UUID) -> Post:
    """Return a post of the agency.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    post = db.session.get(Post, post_id)
    if post is None or post.agency_id != agency.id:
        raise NotFound
    return post


def get_appointment(agency: Agency, appointment_id: UUID) -> Appointment:
    """Return an appointment to a post of the agency.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    appointment = db.session.get(Appointment, appointment_id)
    if appointment is None or appointment.post.agency_id != agency.id:
        raise NotFound
    return appointment


def people_of(agency: Agency) -> ColumnElement[bool]:
    """Return the condition on `Person` for people who belong to the agency.

    They hold, held or will hold one of its posts, or have their account there.
    """
    appointed = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency.id)
    )
    at_home = select(Account.person_id).where(Account.home_agency_id == agency.id)
    return or_(Person.id.in_(appointed), Person.id.in_(at_home))


def get_person(agency: Agency, person_id: UUID) -> Person:
    """Return a person of the agency.

    Raises:
        NotFound: there is nobody, or they have nothing to do with the agency.
    """
    person = db.session.scalar(select(Person).where(Person.id == person_id, people_of(agency)))
    if person is None:
        raise NotFound
    return person


def account_of(agency: Agency, person: Person) -> Account | None:
    """Return the person's account, if this agency administers it."""
    return db.session.scalar(
        select(Account).where(Account.person_id == person.id, Account.home_agency_id == agency.id)
    )


def get_account(agency: Agency, person: Person) -> Account:
    """Return the person's account of the agency.

    Raises:
        NotFound: they have none, or another agency's.
    """
    account = account_of(agency, person)
    if account is None:
        raise NotFound
    return account


def has_account_elsewhere(agency: Agency, person: Person) -> bool:
    """Return whether the person has an account at another agency."""
    there = select(Account.id).where(
        Account.person_id == person.id, Account.home_agency_id != agency.id
    )
    return db.session.scalar(there) is not None


def may_rename(agency: Agency, person: Person) -> bool:
    """Return whether the agency may correct the person's name.

    It may if it has their account, or if no other agency has their account or any appointment.
    """
    if account_of(agency, person):
        return True
    elsewhere = (
        select(Appointment.id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Appointment.person_id == person.id, Post.agency_id != agency.id)
    )
    return not has_account_elsewhere(agency, person) and not db.session.scalar(elsewhere.limit(1))


def get_administration(agency: Agency, administration_id: UUID) -> Administration:
    """Return an administration of the agency, or a mandate held by or offered to one of its posts.

    Raises:
        NotFound: there is none, or the agency has no part in it.
    """
    row = db.session.get(Administration, administration_id)
    if row is None or agency.id not in {row.agency_id, row.post.agency_id}:
        raise NotFound
    return row


def get_own_role(actor: Person, agency: Agency, administration_id: UUID) -> Administration:
    """Return a role of a post of the agency that has not ended, for its own administrators.

    Raises:
        NotFound: there is none, it has ended, or the actor administers only by a mandate.
    """
    row = get_administration(agency, administration_id)
    is_over = row.ended_at is not None or row.is_past or row.is_mandate
    if is_over or not actor.administers(agency.id, by_own_post=True):
        raise NotFound
    return row
