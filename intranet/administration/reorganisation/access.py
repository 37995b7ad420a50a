"""Access to plans: for those whose role in the agency is for its structure."""

from uuid import UUID

from intranet.administration.reorganisation.models import Plan, PlanChange, PlanState
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound


def get_plan(actor: Person, plan_id: UUID) -> Plan:
    """Return a plan that the person may read and change.

    Raises:
        NotFound: there is none, it was discarded, or they have no such role in its agency.
    """
    plan = db.session.get(Plan, plan_id)
    is_there = plan is not None and plan.state != PlanState.DISCARDED
    if plan is None or not is_there or not actor.may(Act.STRUCTURE, plan.agency_id):
        raise NotFound
    return plan


def get_plan_of(actor: Person, agency: Agency, plan_id: UUID) -> Plan:
    """Return a plan of this agency, as `get_plan`.

    Raises:
        NotFound: as `get_plan`, or it is another agency's.
    """
    plan = get_plan(actor, plan_id)
    if plan.agency_id != agency.id:
        raise NotFound
    return plan


def get_change(plan: Plan, change_id: UUID) -> PlanChange:
    """Return a change of a plan.

    Raises:
        NotFound: the plan has no such change.
    """
    change = db.session.get(PlanChange, change_id)
    if change is None or change.plan_id != plan.id:
        raise NotFound
    return change
