"""REST: plans of reorganisation, among the calls of administration."""

from datetime import date
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from intranet.administration.admin.rest import administrator, bp, version_of
from intranet.administration.reorganisation import operations
from intranet.administration.reorganisation.access import get_change, get_plan_of
from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.queries import plans_of
from intranet.administration.reorganisation.responses import (
    PlanChangeResponse,
    PlanPreviewResponse,
    PlanResponse,
)
from intranet.administration.reorganisation.serializers import (
    change_json,
    plan_json,
    plan_preview_json,
)
from intranet.administration.reorganisation.undoing import undo
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.rest import body, described, idempotent, page, version_in, with_version


class NewPlan(Form):
    """A plan to begin, empty."""

    name: Line


class PlanSchedule(Form):
    """The day as which begins a plan applies; at once without one."""

    day: date | None = None


@bp.get("/reorganisations")
@described(list[PlanResponse], query=("agency",))
@administrator
def reorganisations(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the plans of reorganisation, the latest first."""
    return page([plan_json(plan) for plan in plans_of(agency.id)])


@bp.post("/reorganisations")
@described(PlanResponse, form=NewPlan, query=("agency",))
@administrator
def create_reorganisation(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Begin an empty plan."""
    form = NewPlan.parse_exactly(body())

    def create() -> tuple[dict[str, Any], int]:
        return plan_json(operations.create_plan(actor, agency, form.name)), 201

    return idempotent(actor.id, create, version=version_in)


@bp.get("/reorganisations/<uuid:plan_id>")
@described(PlanPreviewResponse, query=("agency",))
@administrator
def reorganisation(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Return a plan with its changes, what forbids it, and what it would change."""
    plan = get_plan_of(actor, agency, plan_id)
    return with_version(plan_preview_json(plan, actor), plan.version)


@bp.delete("/reorganisations/<uuid:plan_id>")
@described(None, query=("agency",), status=204)
@administrator
def discard_reorganisation(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Discard a plan that is not applied."""
    plan = get_plan_of(actor, agency, plan_id)
    operations.discard_plan(actor, plan, version=version_of(plan))
    return "", 204


@bp.post("/reorganisations/<uuid:plan_id>/changes")
@described(PlanChangeResponse, form=ChangeSpec, query=("agency",))
@administrator
def add_reorganisation_change(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Add a change at the end of a draft."""
    plan = get_plan_of(actor, agency, plan_id)
    spec = ChangeSpec.parse_exactly(body())

    def add() -> tuple[dict[str, Any], int]:
        return change_json(operations.add_change(actor, plan, spec)), 201

    return idempotent(actor.id, add, version=version_in)


@bp.delete("/reorganisations/<uuid:plan_id>/changes/<uuid:change_id>")
@described(None, query=("agency",), status=204)
@administrator
def remove_reorganisation_change(
    actor: Person, agency: Agency, plan_id: UUID, change_id: UUID
) -> ResponseReturnValue:
    """Remove a change from a draft."""
    change = get_change(get_plan_of(actor, agency, plan_id), change_id)
    operations.remove_change(actor, change, version=version_of(change))
    return "", 204


@bp.post("/reorganisations/<uuid:plan_id>/schedule")
@described(PlanResponse, form=PlanSchedule, query=("agency",), status=200)
@administrator
def schedule_reorganisation(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Schedule a plan for a day, or have it applied at once, in the background."""
    plan = get_plan_of(actor, agency, plan_id)
    form = PlanSchedule.parse_exactly(body())
    version = version_of(plan)
    if form.day:
        operations.schedule(actor, plan, form.day, version=version)
    else:
        operations.apply_now(actor, plan, version=version)
    return with_version(plan_json(plan), plan.version)


@bp.post("/reorganisations/<uuid:plan_id>/unschedule")
@described(PlanResponse, query=("agency",), status=200)
@administrator
def unschedule_reorganisation(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Make a scheduled plan a draft again."""
    plan = get_plan_of(actor, agency, plan_id)
    operations.unschedule(actor, plan, version=version_of(plan))
    return with_version(plan_json(plan), plan.version)


@bp.post("/reorganisations/<uuid:plan_id>/undo")
@described(PlanResponse, query=("agency",), status=200)
@administrator
def undo_reorganisation(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Undo an applied plan as a whole."""
    plan = get_plan_of(actor, agency, plan_id)
    undo(actor, plan)
    return with_version(plan_json(plan), plan.version)
