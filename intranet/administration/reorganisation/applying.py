"""Apply a plan that is due: all of it in one transaction, or nothing."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import select

from intranet.administration.reorganisation.chart import PlanChart, chart_of
from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.founded_units import reopen
from intranet.administration.reorganisation.images import differing, spaces_naming, take
from intranet.administration.reorganisation.loading import day_of, read
from intranet.administration.reorganisation.models import Plan, PlanImage, PlanState
from intranet.administration.reorganisation.own_gains import scheduler_findings
from intranet.administration.reorganisation.readings import PlanReading
from intranet.administration.reorganisation.rebasing import changed_since
from intranet.administration.reorganisation.telling import TELL, tell_administrators
from intranet.extensions import db
from intranet.finding.directory.indexing import in_slices
from intranet.organisation.agencies.handles import sort_key_of, unused
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.agencies.operations.storing import (
    CODE_LIMIT,
    UnitRow,
    change_posts,
    change_units,
    store_units,
)
from intranet.organisation.agencies.operations.successions import UnitEnd, end_units
from intranet.platform.audit.operations import AuditAct, record, record_many
from intranet.platform.core import clock
from intranet.platform.core.database import expire_rows
from intranet.platform.core.errors import Problem, Unavailable
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)
ONE_DAY: Final = timedelta(days=1)


class DiffersError(Exception):
    """The organisation would not be as the plan was read to make it; all is rolled back."""


def apply_plan(plan_id: UUID) -> bool:
    """Apply a plan if it is scheduled and due.

    If its base has changed in what it changes itself, or an error has come up, nothing is applied:
    it is a draft again, with the reasons, and the administrators are told.

    Returns:
        Whether it was applied.

    Raises:
        Unavailable: the database did not answer; it can be tried again.
    """
    try:
        return _apply(plan_id)
    except Unavailable:
        raise
    except (DiffersError, Problem):
        log.exception("plan not applied: %s", plan_id)
        with unit_of_work() as work:
            plan = db.session.get_one(Plan, plan_id)
            work.lock(plan)
            _refuse(plan, [Finding("not_applied")])
        return False


def _apply(plan_id: UUID) -> bool:
    with in_slices(), unit_of_work() as work:
        plan = db.session.get_one(Plan, plan_id)
        lock_organisation(work, plan.agency, plan)
        if plan.state != PlanState.SCHEDULED or not plan.applies_at:
            return False
        if plan.applies_at > clock.now():
            return False
        found = read(plan)
        refused = [each for each in found.findings if each.forbids]
        refused += changed_since(plan.base or {}, found)
        refused += scheduler_findings(plan, found)
        if refused:
            _refuse(plan, refused)
            return False
        _record(plan, found)
        named = spaces_naming(found.successors)
        before = take(plan.agency_id, named)
        _write(plan, found)
        work.finish()
        after = take(plan.agency_id, named)
        for name, rows in differing(before, after).items():
            work.add(PlanImage(plan_id=plan.id, name=name, rows=rows))
        plan.state, plan.applied_at, plan.base = PlanState.APPLIED, clock.now(), None
        plan.version += 1
        enqueue(work, TELL, {"plan_id": str(plan.id)})
    return True


def _refuse(plan: Plan, refused: list[Finding]) -> None:
    plan.state, plan.applies_at, plan.base = PlanState.DRAFT, None, None
    plan.refused = [each.as_json() for each in refused]
    plan.version += 1
    _line(plan, "reorganisation.refuse", count=len(refused))
    tell_administrators(plan, "plan_refused")


def _write(plan: Plan, found: PlanReading) -> None:
    """Write what differs between the two charts, in few statements, so that it takes seconds."""
    agency, day = plan.agency, day_of(plan)
    _found_units(agency, found, day)
    ends = _ends(found, day - ONE_DAY)
    if _is_crossed(found):
        _change_units(agency, found, day)
    if ends:
        # First, so that nobody leaves for an instant a room that they may go on reading.
        end_units(ends, clock.today(agency.time_zone))
    at = _change_units(agency, found, day)
    posts: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for post in found.after.posts.values():
        held = at.posts.get(post.id)
        if held is None:
            continue
        if post.ended:
            posts[post.id]["valid_to"] = day - ONE_DAY
        elif post.unit_id != held.unit_id:
            posts[post.id]["unit_id"] = post.unit_id
        if post.is_head != held.is_head:
            posts[post.id]["is_head"] = post.is_head
    if posts:
        change_posts(posts)
    _require_same(found, agency)


def _is_crossed(found: PlanReading) -> bool:
    """Whether something in a unit that ends goes below what is below it now, and moves out."""
    above = found.before.above
    return any(
        after and after in found.before.units and key in above(after)
        for key, unit in found.before.units.items()
        if unit.parent_id in found.successors
        for after in [found.after.units[key].parent_id]
    )


def _change_units(agency: Agency, found: PlanReading, day: date) -> PlanChart:
    """Rename and move units to where they are after the plan; return the chart as it was before.

    A unit is moved after the units above its new place, so that each path is right at once.
    """
    at = chart_of(agency.id, agency.language, day - ONE_DAY)
    changes: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for _depth, unit in found.after.in_order():
        stands = at.units[unit.id]
        if unit.name != stands.name:
            key = sort_key_of(unit.name, agency.language)
            changes[unit.id] |= {"name": unit.name, "sort_key": key}
        if unit.parent_id != stands.parent_id:
            changes[unit.id]["parent_id"] = unit.parent_id
    if changes:
        change_units(changes)
    return at


def _found_units(agency: Agency, found: PlanReading, day: date) -> None:
    """Create the units that the plan founds; those kept from when it was undone go on."""
    taken = set(db.session.scalars(select(Unit.code).where(Unit.agency_id == agency.id)))
    founded = [unit.id for unit in found.founded]
    kept = set(db.session.scalars(select(Unit.id).where(Unit.id.in_(founded))))
    paths = {unit.id: found.before.path(unit.id) for unit in found.before.living()}
    new = []
    for unit in found.founded:
        code = unit.code or unused(unit.name.text(agency.language), taken, CODE_LIMIT)
        taken.add(code)
        parent_id = cast("UUID", unit.parent_id)
        paths[unit.id] = f"{paths[parent_id]}{unit.id.hex}/"
        values: dict[str, Any] = {
            "parent_id": parent_id,
            "code": code,
            "name": unit.name,
            "valid_from": day,
        }
        if unit.id in kept:
            key = sort_key_of(unit.name, agency.language)
            reopen(unit.id, {**values, "sort_key": key, "path": paths[unit.id]})
            continue
        new.append(
            UnitRow(
                id=unit.id,
                agency_id=agency.id,
                language=agency.language,
                parent_path=paths[parent_id],
                **values,
            )
        )
    if new:
        store_units(new)


def _ends(found: PlanReading, last_day: date) -> list[UnitEnd]:
    """Return the ends of units, with where each post and unit directly in them goes."""
    elsewhere: dict[UUID, dict[UUID, UUID]] = defaultdict(dict)
    for key, post in found.before.posts.items():
        after = found.after.posts[key]
        if post.unit_id in found.successors and not after.ended:
            elsewhere[post.unit_id][key] = after.unit_id
    for key, unit in found.before.units.items():
        parent_id = found.after.units[key].parent_id
        if unit.parent_id in found.successors and key not in found.successors and parent_id:
            elsewhere[unit.parent_id][key] = parent_id
    return [
        UnitEnd(
            unit_id=unit.id,
            last_day=max(last_day, unit.valid_from or last_day),
            successor_id=found.last_successor(unit.id),
            elsewhere=elsewhere[unit.id],
        )
        for unit in found.ended
    ]


def _require_same(found: PlanReading, agency: Agency) -> None:
    """Require that the organisation is now exactly as the plan was read to make it."""
    expire_rows(Unit)
    stands = chart_of(agency.id, agency.language, found.after.day)
    rows = select(Unit.id, Unit.path).where(Unit.id.in_(stands.units))
    paths = {row.id: row.path for row in db.session.execute(rows)}
    for unit in found.after.living():
        if stands.units[unit.id].parent_id != unit.parent_id:
            raise DiffersError(f"parent of unit {unit.id}")
        if paths[unit.id] != found.after.path(unit.id):
            raise DiffersError(f"path of unit {unit.id}")
    for post in found.after.posts.values():
        if not post.ended and stands.posts[post.id].unit_id != post.unit_id:
            raise DiffersError(f"unit of post {post.id}")


def _record(plan: Plan, found: PlanReading) -> None:
    """Write a line for the plan, and a line for each unit, as single changes would.

    The log of the organisation refers to the first line of the transaction as its cause.
    """
    count = len(found.marks) + len(found.post_marks)
    _line(plan, "reorganisation.apply", count=count)
    if acts := list(_acts(plan, found)):
        record_many(plan.changed_by_id, acts)


def _acts(plan: Plan, found: PlanReading) -> Iterator[AuditAct]:
    whose = {"agency_id": plan.agency_id}
    last_day = (found.after.day - ONE_DAY).isoformat()
    for unit in found.founded:
        detail: dict[str, Any] = {"parent": str(unit.parent_id)}
        yield AuditAct(act="unit.create", subject=("unit", unit.id), detail=detail, **whose)
    for unit in found.ended:
        heir = found.last_successor(unit.id)
        detail = {"last_day": last_day, "successor": str(heir) if heir else None}
        yield AuditAct(act="unit.end", subject=("unit", unit.id), detail=detail, **whose)
    for key, unit in found.before.units.items():
        now = found.after.units[key]
        subject = ("unit", key)
        if not now.ended and now.name != unit.name:
            detail = {"before": dict(unit.name), "after": dict(now.name)}
            yield AuditAct(act="unit.rename", subject=subject, detail=detail, **whose)
        if not now.ended and now.parent_id != unit.parent_id:
            detail = {"before": str(unit.parent_id), "after": str(now.parent_id)}
            yield AuditAct(act="unit.move", subject=subject, detail=detail, **whose)


def _line(plan: Plan, act: str, **detail: Any) -> None:
    record(
        act,
        agency_id=plan.agency_id,
        actor_id=plan.changed_by_id,
        subject=("agency", plan.agency_id),
        detail={"plan": str(plan.id), **detail},
    )
