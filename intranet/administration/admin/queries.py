"""The lists of an agency's administration: filtered, paged, in a constant number of queries."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    ScalarSelect,
    Select,
    and_,
    except_,
    exists,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import joinedload

from intranet.administration.admin.access import people_of
from intranet.administration.admin.typed_choices import matches_words
from intranet.administration.imports.queries import unsure_people
from intranet.extensions import db
from intranet.organisation.accounts.invitation_status import INVITED, status_expression
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import in_force, subtree
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import has_term_at
from intranet.platform.core import clock

ENDING_SOON_WITHIN = timedelta(days=30)
"""If you change it, change the templates of `administration/admin`, which say "30 days"."""


class AppointmentPeriod(StrEnum):
    """The period by which a list of appointments is filtered."""

    CURRENT = "current"
    ENDING = "ending"
    AHEAD = "ahead"
    PAST = "past"


class Access(StrEnum):
    """The state of the account by which a list of people is filtered."""

    ACTIVE = "active"
    NOT_INVITED = "not_invited"
    INVITED = "invited"
    EXPIRED = "expired"
    DISABLED = "disabled"
    ENDING = "ending"
    NONE = "none"
    UNSURE = "unsure"


def units(
    agency: Agency, typed: str, *, under: Unit | None, only_headless: bool = False
) -> Select[Unit]:
    """Build the query for units by name or code; without text, for those directly below a unit."""
    found = select(Unit).where(
        Unit.agency_id == agency.id, in_force(Unit, clock.today(agency.time_zone), ahead=True)
    )
    if only_headless:
        found = found.where(Unit.id.in_(headless_units(agency)))
    if typed or only_headless:
        return found.where(matches_words(typed, Unit.sort_key, Unit.code))
    return found.where(Unit.parent_id == (under.id if under else None))


def headless_units(agency: Agency) -> Select[UUID]:
    """Return the ids of units that have posts, of which none leads the unit."""
    today = clock.today(agency.time_zone)
    there = exists().where(Post.unit_id == Unit.id, in_force(Post, today))
    return select(Unit.id).where(
        Unit.agency_id == agency.id,
        Unit.parent_id.is_not(None),
        in_force(Unit, today),
        there,
        ~there.where(Post.is_head),
    )


def posts(agency: Agency, typed: str, *, within: Unit | None, only_vacant: bool) -> Select[Post]:
    """Build the query for posts by title, handle or code, in a subtree, perhaps only vacant."""
    today = clock.today(agency.time_zone)
    found = select(Post).where(Post.agency_id == agency.id, in_force(Post, today, ahead=True))
    if within:
        found = found.join(Unit, Unit.id == Post.unit_id).where(subtree(within.path))
    if only_vacant:
        found = found.where(_taken() < Post.places)
    return found.where(matches_words(typed, Post.sort_key, Post.handle, Post.code))


def people(agency: Agency, typed: str, access: Access | None) -> Select[Person]:
    """Build the query for the agency's people, filtered by name, e-mail or staff number."""
    found = select(Person).where(people_of(agency))
    account = select(Account.person_id).where(Account.home_agency_id == agency.id)
    if access is Access.NONE:
        found = found.where(Person.id.not_in(select(Account.person_id)))
    elif access is Access.UNSURE:
        found = found.where(Person.id.in_(unsure_people(agency.id)))
    elif access is Access.INVITED:
        invited = status_expression().in_([one.value for one in INVITED])
        found = found.where(Person.id.in_(account.where(invited)))
    elif access is Access.ENDING:
        soon = Account.expires_at <= clock.now() + ENDING_SOON_WITHIN
        found = found.where(Person.id.in_(account.where(soon)))
    elif access:
        found = found.where(Person.id.in_(account.where(status_expression() == access.value)))
    if "@" in typed or typed.isdecimal():
        known_by = or_(
            Account.email.startswith(typed.lower(), autoescape=True),
            Account.staff_number.startswith(typed.upper(), autoescape=True),
        )
        return found.where(Person.id.in_(account.where(known_by)))
    return found.where(matches_words(typed, Person.sort_key))


def people_without_post(agency: Agency) -> CompoundSelect[UUID]:
    """Return the ids of the agency's people who hold none of its posts today."""
    every = (
        select(Appointment.person_id.label("id"))
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency.id)
    )
    account = select(Account.person_id).where(Account.home_agency_id == agency.id)
    return except_(
        select(union(every, account).subquery().c.id), every.where(has_term_at(clock.now()))
    )


def appointments(agency: Agency, typed: str, when: AppointmentPeriod) -> Select[Appointment]:
    """Build the query for appointments filtered by the person's name."""
    now = clock.now()
    never_taken_back = Appointment.until.is_distinct_from(Appointment.since)
    wanted = {
        AppointmentPeriod.CURRENT: has_term_at(now),
        AppointmentPeriod.ENDING: and_(
            has_term_at(now), Appointment.until <= now + ENDING_SOON_WITHIN
        ),
        AppointmentPeriod.AHEAD: and_(Appointment.since > now, never_taken_back),
        AppointmentPeriod.PAST: and_(
            Appointment.until <= now, Appointment.until > Appointment.since
        ),
    }[when]
    return (
        select(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Post.agency_id == agency.id, wanted, matches_words(typed, Person.sort_key))
        .options(joinedload(Appointment.person), joinedload(Appointment.post))
    )


def ending_soon(agency: Agency, limit: int) -> Sequence[Appointment]:
    """Return appointments that end within 30 days, earliest end first."""
    found = appointments(agency, "", AppointmentPeriod.ENDING)
    return db.session.scalars(found.order_by(Appointment.until, Appointment.id).limit(limit)).all()


def count_vacancies(agency: Agency) -> int:
    """Count the places of the agency's posts that nobody fills."""
    taken = _taken()
    free = select(func.coalesce(func.sum(Post.places - taken), 0)).where(
        Post.agency_id == agency.id,
        in_force(Post, clock.today(agency.time_zone)),
        taken < Post.places,
    )
    return int(db.session.scalar(free) or 0)


def posts_in_units(agency: Agency, unit_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Count the posts directly in each of these units."""
    rows = db.session.execute(
        select(Post.unit_id, func.count())
        .where(Post.unit_id.in_(unit_ids), in_force(Post, clock.today(agency.time_zone)))
        .group_by(Post.unit_id)
    )
    return dict(rows.all())


def units_below(agency: Agency, unit_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Count the units directly below each of these units."""
    rows = db.session.execute(
        select(Unit.parent_id, func.count())
        .where(Unit.parent_id.in_(unit_ids), in_force(Unit, clock.today(agency.time_zone)))
        .group_by(Unit.parent_id)
    )
    return {unit_id: count for unit_id, count in rows if unit_id}


def accounts_of(agency: Agency, person_ids: Collection[UUID]) -> Mapping[UUID, Account]:
    """Return the accounts that these people have at the agency."""
    rows = db.session.scalars(
        select(Account).where(
            Account.person_id.in_(person_ids), Account.home_agency_id == agency.id
        )
    )
    return {row.person_id: row for row in rows}


def accounts_elsewhere(agency: Agency, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people have an account at another agency."""
    return set(
        db.session.scalars(
            select(Account.person_id).where(
                Account.person_id.in_(person_ids), Account.home_agency_id != agency.id
            )
        )
    )


def appointments_of(agency: Agency, person: Person) -> Sequence[Appointment]:
    """Return a person's past, current and future appointments in the agency, latest first."""
    return db.session.scalars(
        select(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.agency_id == agency.id, Appointment.person_id == person.id)
        .order_by(Appointment.since.desc(), Appointment.id)
    ).all()


def current_appointments_in(
    agency: Agency, person_ids: Collection[UUID]
) -> Mapping[UUID, list[Appointment]]:
    """Return the current appointments of each of these people in the agency, oldest first."""
    found: dict[UUID, list[Appointment]] = {}
    rows = db.session.scalars(
        select(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .where(
            Post.agency_id == agency.id,
            Appointment.person_id.in_(person_ids),
            has_term_at(clock.now()),
        )
        .order_by(Appointment.since, Appointment.id)
    )
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _taken() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.post_id == Post.id,
            has_term_at(clock.now()),
            Appointment.kind == AppointmentKind.HOLDER,
        )
        .correlate(Post)
        .scalar_subquery()
    )
