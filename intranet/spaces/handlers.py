"""Spaces follow the organisation, in the same transaction."""

from uuid import UUID

from sqlalchemy import select

from intranet.agencies.events import AgencyCreated, PostChanged, UnitChanged, UnitCreated
from intranet.agencies.models import Unit
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.people.events import AppointmentChanged, ManyAppointed
from intranet.people.models import Appointment
from intranet.spaces.membership import apply_rules, spaces_touched_by
from intranet.spaces.models import Space
from intranet.spaces.operations import create_space


def open_agency_space(event: AgencyCreated) -> None:
    """An agency has its space from the first moment."""
    create_space(event.agency_id)


def open_unit_space(event: UnitCreated) -> None:
    """A unit has its space from the first moment; the root's is the agency's."""
    unit = db.session.get_one(Unit, event.unit_id)
    if unit.parent_id:
        create_space(unit.agency_id, unit.id)


def follow_appointment(event: AppointmentChanged) -> None:
    """Who gains a post gains its rooms, who loses it loses them, at once."""
    with unit_of_work() as work:
        apply_rules(work, spaces_touched_by(event.person_id), [event.person_id])


def follow_many(event: ManyAppointed) -> None:
    """Many who gain posts at once gain their rooms space by space."""
    _follow_agency(event.agency_id)


def follow_post(event: PostChanged) -> None:
    """A post that moves, or becomes a head's, takes its people along."""
    holders = select(Appointment.person_id).where(Appointment.post_id == event.post_id)
    with unit_of_work() as work:
        for person_id in set(db.session.scalars(holders)):
            apply_rules(work, spaces_touched_by(person_id), [person_id])


def follow_unit(event: UnitChanged) -> None:
    """A unit that moves under another changes who is in the rooms above it."""
    _follow_agency(db.session.get_one(Unit, event.unit_id).agency_id)


def _follow_agency(agency_id: UUID) -> None:
    spaces = select(Space).where(Space.agency_id == agency_id).order_by(Space.id)
    with unit_of_work() as work:
        apply_rules(work, db.session.scalars(spaces).all())
