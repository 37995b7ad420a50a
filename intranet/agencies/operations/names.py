"""Codes and short names for many new rows, none of which is taken."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import null, select
from sqlalchemy.orm import InstrumentedAttribute

from intranet.agencies.models import Unit
from intranet.agencies.naming import unused
from intranet.extensions import db

TRIED = 10


def codes_for(agency_id: UUID, names: Iterable[str], limit: int) -> list[str]:
    """Codes for new units of an agency, made from their names, in the same order."""
    taken: set[str] = set()
    made = []
    for name in names:
        tried = _numbered(unused(name, (), limit), limit)
        there = select(Unit.code).where(Unit.agency_id == agency_id, Unit.code.in_(tried))
        code = unused(name, taken | set(db.session.scalars(there)), limit)
        taken.add(code)
        made.append(code)
    return made


def short_names(
    column: InstrumentedAttribute[str],
    wanted: Sequence[tuple[UUID, str, str, UUID | None]],
    limit: int,
    within: Any = None,
) -> dict[UUID, str]:
    """A short name for each id: from its name, and where that is taken with its code behind it.

    Args:
        wanted: id, name, code, and the agency within which it must be the only one.
        within: the column of that agency; None where it must be the only one of all.
    """
    tried = {row_id: _tried(name, code, limit) for row_id, name, code, _ in wanted}
    every = {handle for each in tried.values() for handle in each}
    there = select(column, null() if within is None else within).where(column.in_(every))
    if within is not None:
        there = there.where(within.in_({agency_id for *_, agency_id in wanted}))
    taken = {(agency_id, handle) for handle, agency_id in db.session.execute(there)}
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
    return [base, *(f"{base[: limit - 5]}-{number}" for number in range(2, TRIED))]
