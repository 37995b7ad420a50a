"""Handlers that make spaces follow the organisation, in the same transaction."""

from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select

from intranet.extensions import db
from intranet.messaging.spaces.closing import close_ended, units_to_close
from intranet.messaging.spaces.membership import apply_leadership, apply_rules, apply_to_people
from intranet.messaging.spaces.operations import open_spaces
from intranet.organisation.agencies.events import (
    AgenciesCreated,
    InDirectoryChanged,
    PostsChanged,
    TimeZoneChanged,
    UnitsChanged,
    UnitsCreated,
)
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import subtree
from intranet.organisation.people.events import AppointmentsChanged
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


def open_agency_spaces(event: AgenciesCreated) -> None:
    """Create the spaces of new agencies."""
    open_spaces((agency_id, None) for agency_id in event.agency_ids)


def open_unit_spaces(event: UnitsCreated) -> None:
    """Create the spaces of new units."""
    units = select(Unit.agency_id, Unit.id).where(Unit.id.in_(event.unit_ids))
    open_spaces((row.agency_id, row.id) for row in db.session.execute(units))


def follow_appointments(event: AppointmentsChanged) -> None:
    """Update memberships when appointments begin, change or end.

    With their last post people also lose the spaces they were invited to; with a new one they
    regain them. Another post may lead a group from now on.
    """
    with unit_of_work() as work:
        apply_to_people(work, event.person_ids)
        apply_leadership(work, event.post_ids)


def follow_time_zone(event: TimeZoneChanged) -> None:
    """Update the memberships of an agency's people, which begin and end at other instants now."""
    with unit_of_work() as work:
        apply_to_people(work, _holders(Post.agency_id == event.agency_id))


def follow_directory(event: InDirectoryChanged) -> None:
    """Apply network-wide group rules when an agency enters or leaves the directory."""
    with unit_of_work() as work:
        apply_to_people(work, _holders(Post.agency_id == event.agency_id))


def follow_posts(event: PostsChanged) -> None:
    """Update the memberships of people whose posts moved or became head posts.

    The groups of such a post may have another leader, by its end or by another fallback.
    """
    with unit_of_work() as work:
        apply_to_people(work, _holders(Post.id.in_(event.post_ids)))
        apply_leadership(work, event.post_ids)
        agencies = select(Post.agency_id).where(Post.id.in_(event.post_ids))
        work.gather(_close_emptied, db.session.scalars(agencies.distinct()))


def follow_units(event: UnitsChanged) -> None:
    """Update the spaces above units that moved, and close those of units that have ended."""
    ended = select(Unit).where(Unit.id.in_(event.unit_ids), Unit.valid_to.is_not(None))
    paths = db.session.scalars(select(Unit.path).where(Unit.id.in_(event.moved_ids)))
    has_moved = or_(false(), *(subtree(path) for path in paths))
    with unit_of_work() as work:
        closed = close_ended(work, db.session.scalars(ended.order_by(Unit.path.desc())).all())
        apply_to_people(work, _holders(has_moved) if event.moved_ids else ())
        apply_rules(work, closed)


def _close_emptied(agency_ids: frozenset[UUID]) -> None:
    """Close the spaces of ended units whose last posts have left them or have ended."""
    if units := units_to_close(agency_ids):
        with unit_of_work() as work:
            apply_rules(work, close_ended(work, units))


def _holders(is_concerned: ColumnElement[bool]) -> set[UUID]:
    """Return the people with a current or future appointment to a post of this condition."""
    holders = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(is_concerned, is_not_over(clock.now()))
    )
    return set(db.session.scalars(holders))
