"""Queries of the log."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.history.models import OrganisationChange
from intranet.organisation.history.states import State


def last_states(row_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, State | None]]:
    """Return agency and state that the log last said of each of these rows."""
    newest = (
        select(func.max(OrganisationChange.number))
        .where(OrganisationChange.row_id.in_(row_ids))
        .group_by(OrganisationChange.row_id)
    )
    rows = select(
        OrganisationChange.row_id, OrganisationChange.agency_id, OrganisationChange.state
    ).where(OrganisationChange.number.in_(newest))
    return {row.row_id: (row.agency_id, row.state) for row in db.session.execute(rows)}


def changes_after(agency_id: UUID, number: int, limit: int) -> Sequence[OrganisationChange]:
    """Return lines of an agency's log after a number, oldest first."""
    return db.session.scalars(
        select(OrganisationChange)
        .where(OrganisationChange.agency_id == agency_id, OrganisationChange.number > number)
        .order_by(OrganisationChange.number)
        .limit(limit)
    ).all()
