"""The comparison of the log with the tables, for the operator."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.history.models import ChangeKind, OrganisationChange
from intranet.organisation.history.operations import write
from intranet.organisation.history.queries import last_states
from intranet.organisation.history.states import LOGGED, states_of
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.one_instant import one_instant


def reconcile(*, repair: bool) -> dict[ChangeKind, list[UUID]]:
    """Return the rows of which the log says something else than their tables.

    Args:
        repair: also write into the log what the tables say.
    """
    found = {kind: list(_differing(kind)) for kind in LOGGED}
    for kind, ids in found.items() if repair else ():
        write(kind, ids)
    return {kind: ids for kind, ids in found.items() if ids}


def _differing(kind: ChangeKind) -> Iterator[UUID]:
    logged = select(OrganisationChange.row_id).where(OrganisationChange.kind == kind)
    ids = {*db.session.scalars(select(LOGGED[kind].table.c.id)), *db.session.scalars(logged)}
    for some in in_parts(sorted(ids)):
        with one_instant():
            now, last = states_of(kind, some), last_states(some)
        for row_id in some:
            _agency, state = now.get(row_id, (None, None))
            _agency, logged_state = last.get(row_id, (None, None))
            if state != logged_state:
                yield row_id
