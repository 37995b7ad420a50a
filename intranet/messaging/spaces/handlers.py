"""Handlers that make spaces follow the organisation, in the same transaction."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.closing import close_ended
from intranet.messaging.spaces.many import apply_to_people, open_spaces, people_in
from intranet.messaging.spaces.membership import apply_rules, groups_led_by
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.events import (
    AgenciesCreated,
    InDirectoryChanged,
    PostsChanged,
    TimeZoneChanged,
    UnitsChanged,
    UnitsCreated,
)
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.events import AppointmentsChanged
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


def follow_appointments(event: AppointmentsChanged) -> None:
    """Update memberships when appointments begin, change or end.

    With their last post people also lose the spaces they were invited to; with a new one they
    regain them. Another post may lead a group from now on.
    """
    with unit_of_work() as work:
        apply_to_people(work, event.person_ids)
        apply_rules(work, groups_led_by(event.post_ids))


def follow_time_zone(event: TimeZoneChanged) -> None:
    """Update the memberships in an agency's spaces, which begin and end at other instants now."""
    spaces = select(Space).where(Space.agency_id == event.agency_id).order_by(Space.id)
    with unit_of_work() as work:
        apply_rules(work, db.session.scalars(spaces).all())


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
            apply_to_people(work, people_in(db.session.scalars(paths).all()))
        apply_rules(work, closed)


def follow_posts(event: PostsChanged) -> None:
    """Update the memberships of people whose posts moved or became head posts."""
    holders = select(Appointment.person_id).where(
        Appointment.post_id.in_(event.post_ids), is_not_over(clock.now())
    )
    with unit_of_work() as work:
        apply_to_people(work, set(db.session.scalars(holders)))


def follow_directory(event: InDirectoryChanged) -> None:
    """Apply network-wide group rules when an agency enters or leaves the directory."""
    posts = select(Post.id).where(Post.agency_id == event.agency_id)
    holders = select(Appointment.person_id).where(
        Appointment.post_id.in_(posts), is_not_over(clock.now())
    )
    with unit_of_work() as work:
        apply_to_people(work, set(db.session.scalars(holders)))
