"""Plans for tests: made, applied, and what stands after them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from intranet.administration.reorganisation.applying import apply_plan
from intranet.administration.reorganisation.changes import ChangeSpec
from intranet.administration.reorganisation.images import Image, take
from intranet.administration.reorganisation.models import Plan
from intranet.administration.reorganisation.operations import add_changes, apply_now, create_plan
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.people.models import Person


def made(actor: Person | None, agency: Agency, *changes: dict[str, Any]) -> Plan:
    """A draft with these changes."""
    plan = create_plan(actor, agency, "Reorganisation of January")
    add_changes(actor, plan, [ChangeSpec.parse(change) for change in changes])
    return plan


def applied(actor: Person | None, agency: Agency, *changes: dict[str, Any]) -> Plan:
    """A plan with these changes, applied."""
    plan = made(actor, agency, *changes)
    apply(actor, plan)
    return plan


def apply(actor: Person | None, plan: Plan) -> None:
    """Apply a plan at once, as the background does."""
    apply_now(actor, plan)
    assert apply_plan(plan.id), plan.refused


def standing(agency: Agency) -> Image:
    """The rows on which rights and membership stand, without counters and derived columns."""
    db.session.rollback()
    return take(agency.id, [])


def channel_of(unit: Unit) -> Conversation:
    """The main channel of a unit."""
    space = select(Space.id).where(Space.unit_id == unit.id).scalar_subquery()
    found = db.session.scalar(
        select(Conversation).where(Conversation.space_id == space, Conversation.is_main)
    )
    assert found
    return found


def codes(findings: Sequence[Any]) -> list[str]:
    """The codes of findings."""
    return [finding.code for finding in findings]
