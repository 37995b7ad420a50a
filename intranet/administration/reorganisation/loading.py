"""Load what a plan is read from: the chart of its agency, its changes, and other plans."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intranet.administration.reorganisation.changes import spec_of
from intranet.administration.reorganisation.chart import chart_of
from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.founded_units import was_founded_by
from intranet.administration.reorganisation.models import Plan, PlanChangeKind
from intranet.administration.reorganisation.queries import changes_of, scheduled_at_once
from intranet.administration.reorganisation.reading import founded_by, read_plan, units_of
from intranet.administration.reorganisation.readings import PlanReading, Stated
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.queries import posts_with_roles
from intranet.platform.core import clock


def read(plan: Plan) -> PlanReading:
    """Read a plan over its agency's chart of now. A few queries, none for each change."""
    changes = [Stated(row.id, spec_of(row)) for row in changes_of(plan.id)]
    found = read_changes(plan.agency, changes, day_of(plan), plan=plan)
    if not changes:
        found.findings.append(Finding("no_changes"))
    found.findings += _of_other_plans(plan, found)
    return found


def read_changes(
    agency: Agency, changes: Sequence[Stated], day: date, *, plan: Plan | None = None
) -> PlanReading:
    """Read changes, such as those of a file, over an agency's chart of now.

    Args:
        plan: the plan that has them, if one has.
    """
    founded = {key for change in changes for key in founded_by(change.spec)}
    codes = db.session.scalars(
        select(Unit.code).where(Unit.agency_id == agency.id, Unit.id.not_in(founded))
    )
    found = read_plan(chart_of(agency.id, agency.language, day), changes, codes)
    found.findings[:] = [_explained(each, agency.id) for each in found.findings]
    found.findings += _of_ids(found, changes, plan)
    found.findings += _of_roles(found, changes)
    return found


def day_of(plan: Plan) -> date:
    """Return the day from which a plan applies, in the agency's zone: today if it has none."""
    if plan.applies_at is None:
        return clock.today(plan.agency.time_zone)
    return plan.applies_at.astimezone(ZoneInfo(plan.agency.time_zone)).date()


def _explained(finding: Finding, agency_id: UUID) -> Finding:
    """Say of a unit or post that is not in the chart whether it is another agency's."""
    if finding.code != "gone":
        return finding
    unit = db.session.get(Unit, finding.unit_id) if finding.unit_id else None
    post = db.session.get(Post, finding.post_id) if finding.post_id else None
    if any(row is not None and row.agency_id != agency_id for row in (unit, post)):
        return Finding("of_another", finding.change_id)
    return finding


def _of_ids(found: PlanReading, changes: Sequence[Stated], plan: Plan | None) -> list[Finding]:
    """Return a finding for each new unit with the id of one that this plan has not founded before.

    A unit that is kept because something was written in it, when its plan was undone, goes on.
    """
    founded = {key: change.id for change in changes for key in founded_by(change.spec)}
    there = db.session.scalars(select(Unit.id).where(Unit.id.in_(founded)))
    return [
        Finding("of_another", founded[unit_id])
        for unit_id in there
        if unit_id not in found.before.units and not (plan and was_founded_by(plan, unit_id))
    ]


def _of_roles(found: PlanReading, changes: Sequence[Stated]) -> list[Finding]:
    """Return a finding for each post that the plan ends and that has a role in the agency."""
    ended = {change.spec.post: change.id for change in changes if _ends_post(change)}
    posts = found.before.posts
    return [
        Finding(
            "has_role",
            ended[post_id],
            post_id=post_id,
            about={"what": posts[post_id].title.text(found.before.language)},
        )
        for post_id in posts_with_roles([key for key in ended if key in posts])
    ]


def _ends_post(change: Stated) -> bool:
    return change.spec.kind == PlanChangeKind.END_POST


def _of_other_plans(plan: Plan, found: PlanReading) -> list[Finding]:
    """Return a finding for each unit that another plan changes at the same instant."""
    if plan.applies_at is None:
        return []
    mine = {unit_id for unit_id in found.marks if unit_id in found.before.units}
    findings = []
    for other in scheduled_at_once(plan):
        theirs = {each for row in changes_of(other.id) for each in units_of(spec_of(row))}
        for unit_id in sorted(mine & theirs):
            name = found.before.units[unit_id].name.text(found.before.language)
            about = {"plan": other.name, "unit": name}
            change_id = found.marks[unit_id][0].id
            findings.append(Finding("same_day", change_id, unit_id, about=about))
    return findings
