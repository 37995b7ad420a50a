"""Draft a plan together, schedule it, or apply it at once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.models import Plan, PlanChange, PlanState
from intranet.administration.reorganisation.own_gains import is_for_others
from intranet.administration.reorganisation.queries import changes_of
from intranet.administration.reorganisation.rebasing import base_of
from intranet.administration.reorganisation.telling import tell_administrators
from intranet.extensions import db
from intranet.organisation.agencies.access import require_right, require_version
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.own_places import leave_to_others
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.parsing import require_days, required_line
from intranet.platform.core.unit_of_work import Work, unit_of_work

APPLY = "reorganisation.apply"
NAME_LIMIT, CHANGES_LIMIT, OPEN_PLANS_LIMIT = 120, 500, 20


def create_plan(actor: Person | None, agency: Agency, name: str) -> Plan:
    """Begin an empty plan, which every administrator of the agency can edit.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Invalid: the name is empty or too long, or the agency has too many open plans.
    """
    name = required_line(name, "name", NAME_LIMIT)
    with unit_of_work() as work:
        work.lock(agency)
        require_right(actor, Act.STRUCTURE, agency.id)
        is_open = Plan.state.in_((PlanState.DRAFT, PlanState.SCHEDULED))
        count = select(func.count()).where(Plan.agency_id == agency.id, is_open)
        if (db.session.scalar(count) or 0) >= OPEN_PLANS_LIMIT:
            raise Invalid({"name": _l("Discard a plan that is no longer needed first.")})
        actor_id = actor.id if actor else None
        plan = Plan(agency_id=agency.id, name=name, made_by_id=actor_id, changed_by_id=actor_id)
        work.add(plan)
        work.flush()
        _record("reorganisation.create", actor, plan)
    return plan


def rename_plan(actor: Person | None, plan: Plan, name: str, *, version: int | None = None) -> None:
    """Give a plan another name.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: another person changed the plan since `version`.
        Invalid: the name is empty or too long.
    """
    name = required_line(name, "name", NAME_LIMIT)
    with unit_of_work() as work:
        _open(work, actor, plan, version, PlanState.DRAFT, PlanState.UNDONE)
        plan.name = name
        _changed(actor, plan)


def discard_plan(actor: Person | None, plan: Plan, *, version: int | None = None) -> None:
    """Discard a plan that was not applied, or was undone.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: another person changed the plan since `version`, or it is applied.
    """
    with unit_of_work() as work:
        _open(work, actor, plan, version, PlanState.DRAFT, PlanState.SCHEDULED, PlanState.UNDONE)
        plan.state, plan.applies_at, plan.base = PlanState.DISCARDED, None, None
        _changed(actor, plan)
        _record("reorganisation.discard", actor, plan)


def add_change(actor: Person | None, plan: Plan, spec: ChangeSpec) -> PlanChange:
    """Add a change at the end of a draft.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: the plan is no draft.
        Invalid: the unit or post does not exist, or there are too many changes.
    """
    return add_changes(actor, plan, [spec])[0]


def add_changes(
    actor: Person | None, plan: Plan, specs: Sequence[ChangeSpec], *, instead: bool = False
) -> list[PlanChange]:
    """Add many changes at the end of a draft, in the order given.

    Args:
        instead: whether they replace the changes that the plan has.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: the plan is no draft.
        Invalid: a unit or post does not exist, or there are too many changes.
    """
    with unit_of_work() as work:
        _open(work, actor, plan, None, PlanState.DRAFT, PlanState.UNDONE)
        there = [] if instead else list(changes_of(plan.id))
        if instead:
            for change in changes_of(plan.id):
                work.delete(change)
            work.flush()
        if len(there) + len(specs) > CHANGES_LIMIT:
            limit = _l("A plan has at most %(limit)s changes.", limit=CHANGES_LIMIT)
            raise Invalid({"kind": limit})
        for spec in specs:
            _require_there(spec)
        position = there[-1].position if there else 0
        actor_id = actor.id if actor else None
        added = [
            PlanChange(
                plan_id=plan.id,
                position=position + number,
                kind=spec.kind,
                unit_id=spec.unit,
                post_id=spec.post,
                values=spec.stored(),
                added_by_id=actor_id,
                changed_by_id=actor_id,
            )
            for number, spec in enumerate(specs, 1)
        ]
        work.add(*added)
        work.flush()
        _changed(actor, plan)
    return added


def change_change(
    actor: Person | None, change: PlanChange, spec: ChangeSpec, *, version: int | None = None
) -> PlanChange:
    """State a change of a draft anew; it keeps its place.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: another person changed it since `version`, or the plan is no draft.
        Invalid: the unit or post does not exist.
    """
    with unit_of_work() as work:
        _open(work, actor, change.plan, None, PlanState.DRAFT, PlanState.UNDONE)
        work.lock(change)
        require_version(change.version, version)
        _require_there(spec)
        change.kind, change.unit_id, change.post_id = spec.kind, spec.unit, spec.post
        change.values = spec.stored()
        change.changed_by_id = actor.id if actor else None
        change.changed_at = clock.now()
        change.version += 1
        _changed(actor, change.plan)
    return change


def remove_change(actor: Person | None, change: PlanChange, *, version: int | None = None) -> None:
    """Remove a change from a draft.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: another person changed it since `version`, or the plan is no draft.
    """
    with unit_of_work() as work:
        plan = change.plan
        _open(work, actor, plan, None, PlanState.DRAFT, PlanState.UNDONE)
        work.lock(change)
        require_version(change.version, version)
        work.delete(change)
        _changed(actor, plan)


def schedule(actor: Person | None, plan: Plan, day: date, *, version: int | None = None) -> None:
    """Have a plan applied as a day begins in the agency's zone.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: another person changed the plan since `version`, or it is no draft.
        Invalid: the day is not after today, or something in the plan forbids it.
    """
    require_days(day=day)
    zone = plan.agency.time_zone
    if day <= clock.today(zone):
        raise Invalid({"day": _l("Choose a day after today, or apply the plan now.")})
    _schedule(actor, plan, clock.start_of(day, zone), version)


def apply_now(actor: Person | None, plan: Plan, *, version: int | None = None) -> None:
    """Have a plan applied at once, in the background, within seconds.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: another person changed the plan since `version`, or it is no draft.
        Invalid: something in the plan forbids it.
    """
    _schedule(actor, plan, clock.now(), version)


def unschedule(actor: Person | None, plan: Plan, *, version: int | None = None) -> None:
    """Make a scheduled plan a draft again, which can be changed.

    Raises:
        Forbidden: no role of the actor is for the agency's structure.
        Conflict: another person changed the plan since `version`, or it is not scheduled.
    """
    with unit_of_work() as work:
        _open(work, actor, plan, version, PlanState.SCHEDULED)
        plan.state, plan.applies_at, plan.base = PlanState.DRAFT, None, None
        _changed(actor, plan)
        _record("reorganisation.unschedule", actor, plan)


def _schedule(actor: Person | None, plan: Plan, at: datetime, version: int | None) -> None:
    with unit_of_work() as work:
        _open(work, actor, plan, version, PlanState.DRAFT, PlanState.UNDONE)
        plan.applies_at = at
        found = read(plan)
        if found.forbids:
            first = next(each for each in found.findings if each.forbids)
            raise Invalid({"plan": first.sentence})
        leave_to_others(is_bound=is_for_others(actor, found))
        plan.state, plan.base, plan.refused = PlanState.SCHEDULED, base_of(found), None
        plan.applied_at = plan.undone_at = None
        _changed(actor, plan)
        enqueue(work, APPLY, {"plan_id": str(plan.id)}, run_after=at)
        _record("reorganisation.schedule", actor, plan, at=at.isoformat())
        tell_administrators(plan, "plan_scheduled", besides=actor)


def _open(
    work: Work, actor: Person | None, plan: Plan, version: int | None, *states: PlanState
) -> None:
    """Lock a plan and require that it can be changed by the actor as they saw it."""
    work.lock(plan)
    require_right(actor, Act.STRUCTURE, plan.agency_id)
    require_version(plan.version, version)
    if plan.state not in states:
        raise Conflict(IN_STATE[plan.state])


IN_STATE = {
    PlanState.DRAFT: _l("This plan is not scheduled."),
    PlanState.SCHEDULED: _l("This plan is scheduled. Make it a draft again to change it."),
    PlanState.APPLIED: _l("This plan has been applied. It can only be undone as a whole."),
    PlanState.UNDONE: _l("This plan has been undone."),
    PlanState.DISCARDED: _l("This plan has been discarded."),
}


def _changed(actor: Person | None, plan: Plan) -> None:
    plan.version += 1
    plan.changed_by_id, plan.changed_at = actor.id if actor else None, clock.now()


def _require_there(spec: ChangeSpec) -> None:
    """Refuse a unit or post that does not exist; whose it is, the reading of the plan says."""
    if spec.unit and db.session.get(Unit, spec.unit) is None:
        raise Invalid({"unit": _l("Choose a unit.")})
    if spec.post and db.session.get(Post, spec.post) is None:
        raise Invalid({"post": _l("Choose a post.")})


def _record(act: str, actor: Person | None, plan: Plan, **detail: Any) -> None:
    record(
        act,
        agency_id=plan.agency_id,
        actor_id=actor.id if actor else None,
        subject=("agency", plan.agency_id),
        detail={"plan": str(plan.id), **detail},
    )
