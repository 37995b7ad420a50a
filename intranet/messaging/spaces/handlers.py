"""Handlers that make spaces follow the organisation, in the same transaction."""

from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.closing import close_ended
from intranet.messaging.spaces.many import apply_rules_to, apply_to_people, open_spaces, people_in
from intranet.messaging.spaces.membership import (
    apply_rules,
    invited_spaces,
    wake_or_sleep,
)
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.events import (
    AgenciesCreated,
    InDirectoryChanged,
    PostsChanged,
    UnitsChanged,
    UnitsCreated,
)
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.events import AppointmentChanged, ManyAppointed, PeopleAppointed
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


def follow_appointment(event: AppointmentChanged) -> None:
    """Update a person's memberships when an appointment begins, changes or ends.

    With their last post they also lose the spaces they were invited to; with a new one they regain
    them.
    """
    appointment = db.session.get_one(Appointment, event.appointment_id)
    invited = invited_spaces(appointment)
    by_fallback = select(Post.id).where(Post.fallback_id == appointment.post_id)
    covered = set(db.session.scalars(by_fallback))
    led = select(Space).where(Space.owner_post_id.in_({appointment.post_id, *covered}))
    with unit_of_work() as work:
        apply_rules_to(work, [event.person_id])
        apply_rules(work, db.session.scalars(led.order_by(Space.id)).all())
        for space in invited:
            wake_or_sleep(work, space, appointment)


def follow_many(event: ManyAppointed) -> None:
    """Update memberships after many appointments: in bulk if people are named, else by space."""
    if not event.person_ids:
        _follow_agency(event.agency_id)
        return
    with unit_of_work() as work:
        apply_to_people(work, event.person_ids)


def follow_people(event: PeopleAppointed) -> None:
    """Update the memberships of these people in bulk, in all agencies."""
    with unit_of_work() as work:
        apply_to_people(work, event.person_ids)


def open_agency_spaces(event: AgenciesCreated) -> None:
    """Create the spaces of new agencies."""
    with unit_of_work() as work:
        open_spaces(work, [(agency_id, None) for agency_id in event.agency_ids])


def open_unit_spaces(event: UnitsCreated) -> None:
    """Create the spaces of new units."""
    units = select(Unit.agency_id, Unit.id).where(Unit.id.in_(event.unit_ids))
    with unit_of_work() as work:
        open_spaces(work, [(row.agency_id, row.id) for row in db.session.execute(units)])


def follow_units(event: UnitsChanged) -> None:
    """Update the spaces above units that moved, and close those of units that have ended."""
    ended = select(Unit).where(Unit.id.in_(event.unit_ids), Unit.valid_to.is_not(None))
    paths = select(Unit.path).where(Unit.id.in_(event.moved_ids))
    with unit_of_work() as work:
        closed = close_ended(work, db.session.scalars(ended.order_by(Unit.path.desc())).all())
        if event.moved_ids:
            apply_rules_to(work, people_in(db.session.scalars(paths).all()))
        apply_rules(work, closed)


def follow_posts(event: PostsChanged) -> None:
    """Update the memberships of people whose posts moved or became head posts."""
    holders = select(Appointment.person_id).where(
        Appointment.post_id.in_(event.post_ids), is_not_over(clock.now())
    )
    with unit_of_work() as work:
        apply_rules_to(work, set(db.session.scalars(holders)))


def follow_directory(event: InDirectoryChanged) -> None:
    """Apply network-wide group rules when an agency enters or leaves the directory."""
    posts = select(Post.id).where(Post.agency_id == event.agency_id)
    holders = select(Appointment.person_id).where(
        Appointment.post_id.in_(posts), is_not_over(clock.now())
    )
    with unit_of_work() as work:
        apply_rules_to(work, set(db.session.scalars(holders)))


def _follow_agency(agency_id: UUID) -> None:
    spaces = select(Space).where(Space.agency_id == agency_id).order_by(Space.id)
    with unit_of_work() as work:
        apply_rules(work, db.session.scalars(spaces).all())
