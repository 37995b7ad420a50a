"""Where units and posts were, by the log."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Unit
from intranet.organisation.history.models import ChangeKind, OrganisationChange
from intranet.organisation.history.states import State
from intranet.platform.core import clock


def posts_in_at_end(ended: Collection[Unit]) -> dict[UUID, set[UUID]]:
    """Return the posts that were in each ended unit, or below it, when it ended.

    That is on its last day or, where that day was entered later, on the day on which it was: a day
    long past opens nothing that was written since. The log says so: it is written when a
    transaction ends, so within the one that ends a unit its last lines are of the time before.
    Posts that ended earlier are left out.
    """
    found: dict[UUID, set[UUID]] = {unit.id: set() for unit in ended}
    at: dict[tuple[UUID, datetime | None], list[tuple[Unit, date]]] = defaultdict(list)
    for unit in ended:
        if last_day := _last_day(unit):
            began = clock.start_of(last_day, unit.agency.time_zone)
            at[unit.agency_id, began].append((unit, last_day))
            at[unit.agency_id, None].append((unit, last_day))
    for (agency_id, before), some in at.items():
        units = states_before(agency_id, ChangeKind.UNIT, before)
        posts = states_before(agency_id, ChangeKind.POST, before)
        for unit, last_day in some:
            found[unit.id].update(_posts_in(unit, str(last_day), units, posts))
    return found


def _last_day(unit: Unit) -> date | None:
    """Return the last day of a unit or, if that is later, the day on which its end was entered."""
    if unit.valid_to is None:
        return None
    lines = db.session.execute(
        select(OrganisationChange.at, OrganisationChange.state)
        .where(OrganisationChange.row_id == unit.id)
        .order_by(OrganisationChange.number.desc())
    )
    entered = clock.now()
    for at, state in lines:
        if state is None or state["valid_to"] != str(unit.valid_to):
            break
        entered = at
    return max(unit.valid_to, entered.astimezone(ZoneInfo(unit.agency.time_zone)).date())


def _posts_in(
    unit: Unit, last_day: str, units: Mapping[UUID, State], posts: Mapping[UUID, State]
) -> Iterator[UUID]:
    inside = _subtree(units, unit.id)
    for post_id, state in posts.items():
        is_over = state["valid_to"] and state["valid_to"] < last_day
        if UUID(state["unit_id"]) in inside and not is_over:
            yield post_id


def states_before(
    agency_id: UUID, kind: ChangeKind, before: datetime | int | None
) -> dict[UUID, State]:
    """Return what the log said last of each row of an agency, until now or before something.

    Args:
        before: an instant, or the number of a line.
    """
    newest = (
        select(func.max(OrganisationChange.number))
        .where(OrganisationChange.agency_id == agency_id, OrganisationChange.kind == kind)
        .group_by(OrganisationChange.row_id)
    )
    if isinstance(before, datetime):
        newest = newest.where(OrganisationChange.at < before)
    elif before is not None:
        newest = newest.where(OrganisationChange.number < before)
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
