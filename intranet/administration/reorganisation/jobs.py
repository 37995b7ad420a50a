"""Background work of plans: apply those that are due, tell people, forget what undoing needed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from intranet.administration.reorganisation.applying import apply_plan
from intranet.administration.reorganisation.models import Plan, PlanImage, PlanNote, PlanState
from intranet.administration.reorganisation.operations import APPLY
from intranet.administration.reorganisation.telling import TELL, facts_of, tell
from intranet.administration.reorganisation.undoing import undo_until
from intranet.extensions import db
from intranet.platform.core.outbox import Pace, handler
from intranet.platform.core.unit_of_work import unit_of_work

NOTES_KEPT_FOR = timedelta(days=400)


@handler(APPLY, pace=Pace.LONG)
def apply(payload: Mapping[str, Any]) -> None:
    """Apply a plan that is due. A second run finds it applied."""
    apply_plan(UUID(payload["plan_id"]))


@handler(TELL, pace=Pace.LONG)
def tell_people(payload: Mapping[str, Any]) -> None:
    """Tell the people concerned by a plan that was applied and not undone meanwhile."""
    plan = db.session.get(Plan, UUID(payload["plan_id"]))
    if plan is not None and plan.state == PlanState.APPLIED:
        tell(plan, facts_of(plan), is_undone=False)


def forget_old(now: datetime) -> None:
    """Forget what no longer serves anything."""
    forget_images(now)
    forget_notes(now)


def forget_notes(now: datetime) -> None:
    """Delete notes that are as old as the notifications that led to them could be."""
    with unit_of_work():
        db.session.execute(delete(PlanNote).where(PlanNote.made_at < now - NOTES_KEPT_FOR))


def forget_images(now: datetime) -> None:
    """Delete what undoing needed, of plans that can no longer be undone."""
    kept = db.session.scalars(select(Plan).where(Plan.id.in_(select(PlanImage.plan_id)))).all()
    over = [plan.id for plan in kept if (until := undo_until(plan)) is None or until <= now]
    if over:
        with unit_of_work():
            db.session.execute(delete(PlanImage).where(PlanImage.plan_id.in_(over)))
