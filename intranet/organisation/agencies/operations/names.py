"""Codes and short names for many new rows, none of which is taken."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import null, select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import db
from intranet.organisation.agencies.handles import unused
from intranet.organisation.agencies.models import Unit

MAX_CANDIDATES = 10


def codes_for(named: Sequence[tuple[UUID, str]], limit: int) -> list[str]:
    """Return codes for new units, made from pairs of agency and name, in the same order."""
    tried = {code for _, name in named for code in _numbered(unused(name, (), limit), limit)}
    agency_ids = {agency_id for agency_id, _ in named}
    taken: dict[UUID, set[str]] = {agency_id: set() for agency_id in agency_ids}
    there = select(Unit.agency_id, Unit.code).where(
        Unit.agency_id.in_(agency_ids), Unit.code.in_(tried)
    )
    for agency_id, code in db.session.execute(there):
        taken[agency_id].add(code)
    made = []
    for agency_id, name in named:
        made.append(unused(name, taken[agency_id], limit))
        taken[agency_id].add(made[-1])
    return made


def short_names(
    column: InstrumentedAttribute[str],
    wanted: Sequence[tuple[UUID, str, str, UUID | None]],
    limit: int,
    within: Any = None,
    *,
    besides: Collection[str] = (),
) -> dict[UUID, str]:
    """Return a short name for each id: from its name, with its code appended if that is taken.

    Args:
        wanted: id, name, code, and the agency within which the short name must be unique.
        within: the column of that agency; None if it must be unique among all.
        besides: short names that are taken too.
    """
    if not wanted:
        return {}
    tried = {row_id: _tried(name, code, limit) for row_id, name, code, _ in wanted}
    every = {handle for each in tried.values() for handle in each}
    there = select(column, null() if within is None else within).where(column.in_(every))
    if within is not None:
        there = there.where(within.in_({agency_id for *_, agency_id in wanted}))
    taken = {(agency_id, handle) for handle, agency_id in db.session.execute(there)}
    taken |= {(None, handle) for handle in besides}
    found = {}
    for row_id, _name, _code, agency_id in wanted:
        handles = tried[row_id]
        free = next((each for each in handles if (agency_id, each) not in taken), None)
        found[row_id] = free or f"{handles[0][: limit - 13]}-{row_id.hex[-12:]}"
        taken.add((agency_id, found[row_id]))
    return found


def _tried(name: str, code: str, limit: int) -> list[str]:
    base = unused(name, (), limit)
    if not code:
        return _numbered(base, limit)
    behind = unused(code, (), limit // 3)
    return [base, f"{base[: limit - len(behind) - 1]}-{behind}"]


def _numbered(base: str, limit: int) -> list[str]:
    return [base, *(f"{base[: limit - 5]}-{number}" for number in range(2, MAX_CANDIDATES))]
