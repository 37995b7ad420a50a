"""Where units and posts were, by the log."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Unit
from intranet.organisation.history.models import ChangeKind, OrganisationChange
from intranet.organisation.history.states import State
from intranet.platform.core import clock


def posts_in_on_last_day(unit: Unit) -> set[UUID]:
    """Return the posts that were in an ended unit, or below it, on its last day.

    The log says so: it is written when a transaction ends, so within the one that ends the unit
    its last lines are of the time before. Posts that ended earlier are left out.
    """
    if unit.valid_to is None:
        return set()
    began = clock.start_of(unit.valid_to, unit.agency.time_zone)
    found = set()
    for before in (began, None):
        units = states_before(unit.agency_id, ChangeKind.UNIT, before)
        inside = _subtree(units, unit.id)
        for post_id, state in states_before(unit.agency_id, ChangeKind.POST, before).items():
            is_over = state["valid_to"] and state["valid_to"] < unit.valid_to.isoformat()
            if UUID(state["unit_id"]) in inside and not is_over:
                found.add(post_id)
    return found


def states_before(agency_id: UUID, kind: ChangeKind, before: datetime | None) -> dict[UUID, State]:
    """Return what the log said last of each row of an agency, before an instant or until now."""
    newest = (
        select(func.max(OrganisationChange.number))
        .where(OrganisationChange.agency_id == agency_id, OrganisationChange.kind == kind)
        .group_by(OrganisationChange.row_id)
    )
    if before is not None:
        newest = newest.where(OrganisationChange.at < before)
    rows = select(OrganisationChange.row_id, OrganisationChange.state).where(
        OrganisationChange.number.in_(newest), OrganisationChange.state.is_not(None)
    )
    return {row.row_id: row.state for row in db.session.execute(rows)}


def _subtree(units: Mapping[UUID, State], top_id: UUID) -> set[UUID]:
    below: dict[UUID, list[UUID]] = {}
    for unit_id, state in units.items():
        if state["parent_id"]:
            below.setdefault(UUID(state["parent_id"]), []).append(unit_id)
    return set(_walk(below, top_id))


def _walk(below: Mapping[UUID, list[UUID]], top_id: UUID) -> Iterator[UUID]:
    waiting = [top_id]
    while waiting:
        unit_id = waiting.pop()
        yield unit_id
        waiting.extend(below.get(unit_id, ()))
