"""Handlers that note for the log what events name; it is compared when the transaction ends."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

from sqlalchemy import Select, select

from intranet.extensions import db
from intranet.organisation.agencies.events import (
    AgenciesChanged,
    AgenciesCreated,
    MandateChanged,
    PostDetailsChanged,
    PostsChanged,
    PostsCreated,
    RoleChanged,
    UnitsChanged,
    UnitsCreated,
)
from intranet.organisation.agencies.models import Unit
from intranet.organisation.history.models import ChangeKind
from intranet.organisation.history.operations import note
from intranet.organisation.people.events import AppointmentsChanged
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import among


def log_agencies(event: AgenciesCreated | AgenciesChanged) -> None:
    """Note agencies with their root units, which have their names."""
    note(ChangeKind.AGENCY, event.agency_ids)
    for some in in_parts(event.agency_ids):
        roots = select(Unit.id).where(Unit.agency_id.in_(some), Unit.parent_id.is_(None))
        note(ChangeKind.UNIT, db.session.scalars(roots))


def log_units(event: UnitsCreated | UnitsChanged) -> None:
    """Note units; those below a moved one are unchanged, since each states its parent alone."""
    note(ChangeKind.UNIT, event.unit_ids)


def log_posts(event: PostsCreated | PostsChanged | PostDetailsChanged) -> None:
    """Note posts."""
    note(ChangeKind.POST, event.post_ids)


def log_appointments(event: AppointmentsChanged) -> None:
    """Note the appointments of these people to these posts."""
    people = set(event.person_ids)
    for some in in_parts(event.post_ids):
        note(ChangeKind.APPOINTMENT, _appointments(some, people))


def log_administration(event: RoleChanged | MandateChanged) -> None:
    """Note a role in an agency."""
    note(ChangeKind.ADMINISTRATION, [event.administration_id])


def _appointments(post_ids: Collection[UUID], person_ids: Collection[UUID]) -> Collection[UUID]:
    rows = execute_prepared(_of_posts(), post_ids=list(post_ids))
    return [row.id for row in rows if row.person_id in person_ids]


@cache
def _of_posts() -> Select[UUID, UUID]:
    return select(Appointment.id, Appointment.person_id).where(
        among(Appointment.post_id, "post_ids")
    )
