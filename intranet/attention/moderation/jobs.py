"""Scheduled jobs of moderation: reassigning cases without deciders, and deleting old ones."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from intranet.attention.moderation.access import has_decider
from intranet.attention.moderation.models import Appeal, Case, Outcome, Report
from intranet.attention.moderation.operations.reporting import escalate
from intranet.extensions import db
from intranet.platform.core.unit_of_work import unit_of_work

KEPT_FOR = timedelta(days=730)
BATCH_SIZE = 500


def pass_on() -> None:
    """Move cases at desks without deciders to the next level, in a transaction each."""
    waiting = db.session.scalars(select(Case.id).where(Case.decided_at.is_(None))).all()
    for case_id in waiting:
        case = db.session.get(Case, case_id)
        if case and case.decided_at is None and not has_decider(case):
            escalate(case)


def forget_old(now: datetime) -> None:
    """Delete cases decided two years ago, except those whose content is still hidden."""
    old = (
        select(Case.id)
        .where(
            Case.decided_at < now - KEPT_FOR,
            or_(Case.outcome != Outcome.HIDDEN, Case.taken_back_at.is_not(None)),
        )
        .limit(BATCH_SIZE)
    )
    ids = db.session.scalars(old).all()
    if not ids:
        return
    with unit_of_work():
        for table in (Appeal, Report):
            db.session.execute(delete(table).where(table.case_id.in_(ids)))
        db.session.execute(delete(Case).where(Case.id.in_(ids)))
