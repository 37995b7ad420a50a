"""Write the log, at the end of each transaction that changed the organisation."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.history.models import ChangeKind, OrganisationChange
from intranet.organisation.history.queries import last_states
from intranet.organisation.history.states import LOGGED, states_of
from intranet.organisation.people.queries import in_parts
from intranet.platform.audit.operations import first_lines
from intranet.platform.core import clock
from intranet.platform.core.database import on_sqlite, store_rows
from intranet.platform.core.unit_of_work import unit_of_work

TURN = 0x6F7267  # the number of the advisory lock


def note(kind: ChangeKind, ids: Iterable[UUID]) -> None:
    """Have these rows compared with the log at the end of the transaction.

    All kinds are gathered, so that they are written in the order in which rows refer to each other.
    """
    with unit_of_work() as work:
        for each in LOGGED:
            work.gather(_STEPS[each], ids if each == kind else (), last=True)


def write(kind: ChangeKind, ids: Collection[UUID]) -> None:
    """Write what differs from what the log last said of these rows; of a missing one, its end."""
    if not ids:
        return
    with unit_of_work() as work:
        work.wait_outside()
        _take_turn()
        at, caused = clock.now(), first_lines()
        for some in in_parts(sorted(ids)):
            lines = [
                {
                    "agency_id": agency_id,
                    "at": at,
                    "kind": kind,
                    "row_id": row_id,
                    "state": state,
                    "audit_number": caused.get(agency_id),
                }
                for row_id, agency_id, state in _differing(kind, some)
            ]
            store_rows(OrganisationChange, lines)


def _differing(
    kind: ChangeKind, ids: Sequence[UUID]
) -> Iterable[tuple[UUID, UUID, Mapping[str, Any] | None]]:
    now, last = states_of(kind, ids), last_states(ids)
    for row_id, (agency_id, state) in now.items():
        if row_id not in last or last[row_id][1] != state:
            yield row_id, agency_id, state
    for row_id in last.keys() - now.keys():
        agency_id, state_before = last[row_id]
        if state_before is not None:
            yield row_id, agency_id, None


def _take_turn() -> None:
    """Let others wait until the commit, so that numbers rise in the order of the commits.

    This is the last that a transaction does: it waits for nothing else while it has the turn.
    SQLite has a single writer.
    """
    if not on_sqlite():
        db.session.execute(select(func.pg_advisory_xact_lock(TURN)))


_STEPS = {kind: partial(write, kind) for kind in LOGGED}
