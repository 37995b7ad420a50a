"""Queries of the log."""

from collections.abc import Collection, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import Select, func, select

from intranet.extensions import db
from intranet.organisation.history.models import OrganisationChange
from intranet.organisation.history.states import State
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import among


def last_states(row_ids: Collection[UUID]) -> dict[UUID, tuple[UUID, State | None]]:
    """Return agency and state that the log last said of each of these rows."""
    rows = execute_prepared(_newest(), row_ids=list(row_ids))
    return {row.row_id: (row.agency_id, row.state) for row in rows}


@cache
def _newest() -> Select[UUID, UUID, State | None]:
    newest = (
        select(func.max(OrganisationChange.number))
        .where(among(OrganisationChange.row_id, "row_ids"))
        .group_by(OrganisationChange.row_id)
    )
    return select(
        OrganisationChange.row_id, OrganisationChange.agency_id, OrganisationChange.state
    ).where(OrganisationChange.number.in_(newest))


def changes_after(agency_id: UUID, number: int, limit: int) -> Sequence[OrganisationChange]:
    """Return lines of an agency's log after a number, oldest first."""
    return db.session.scalars(
        select(OrganisationChange)
        .where(OrganisationChange.agency_id == agency_id, OrganisationChange.number > number)
        .order_by(OrganisationChange.number)
        .limit(limit)
    ).all()


def last_number() -> int:
    """Return the number of the last line of the whole log; 0 if it is empty."""
    return execute_prepared(_last_number()).scalar() or 0


@cache
def _last_number() -> Select[int]:
    return select(func.max(OrganisationChange.number))
