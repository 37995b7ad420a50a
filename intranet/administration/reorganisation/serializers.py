"""Plans of reorganisation as JSON."""

from datetime import datetime
from typing import Any

from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.models import Plan, PlanChange, PlanState
from intranet.administration.reorganisation.previewing import preview
from intranet.administration.reorganisation.queries import changes_of
from intranet.administration.reorganisation.undoing import undo_until
from intranet.organisation.people.models import Person

OPEN = (PlanState.DRAFT, PlanState.SCHEDULED, PlanState.UNDONE)


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return a plan without its changes."""
    until = undo_until(plan)
    return {
        "id": str(plan.id),
        "name": plan.name,
        "state": plan.state.value,
        "applies_at": _instant(plan.applies_at),
        "applied_at": _instant(plan.applied_at),
        "undone_at": _instant(plan.undone_at),
        "undo_until": _instant(until),
        "refused": [_finding_json(Finding.from_json(each)) for each in plan.refused or ()],
        "version": plan.version,
    }


def change_json(change: PlanChange) -> dict[str, Any]:
    """Return a change of a plan."""
    return {
        "id": str(change.id),
        "kind": change.kind.value,
        "unit_id": str(change.unit_id) if change.unit_id else None,
        "post_id": str(change.post_id) if change.post_id else None,
        "values": change.values,
        "version": change.version,
    }


def plan_preview_json(plan: Plan, viewer: Person) -> dict[str, Any]:
    """Return a plan with its changes; while it is open, with its findings and consequences."""
    found = preview(plan, viewer) if plan.state in OPEN else None
    return {
        **plan_json(plan),
        "changes": [change_json(change) for change in changes_of(plan.id)],
        "findings": [_finding_json(each) for each in (found.reading.findings if found else ())],
        "consequences": [
            {
                "kind": each.kind.value,
                "count": each.count,
                "title": each.title,
                "detail": each.detail,
                "rows": [{"text": row.text, "detail": row.detail} for row in each.rows],
            }
            for each in (found.consequences if found else ())
        ],
    }


def _instant(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _finding_json(finding: Finding) -> dict[str, Any]:
    ids = {"change": finding.change_id, "unit": finding.unit_id, "post": finding.post_id}
    return {
        "code": finding.code,
        "sentence": finding.sentence,
        "forbids": finding.forbids,
        **{f"{name}_id": str(value) if value else None for name, value in ids.items()},
    }
