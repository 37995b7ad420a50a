"""What the clock does about old decisions: they are let go of."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.moderation.models import Appeal, Case, Outcome, Report

KEPT_FOR = timedelta(days=730)
FORGOTTEN_AT_ONCE = 500


def forget_old(now: datetime) -> None:
    """Let go of what was decided two years ago, but for what is hidden still: it can be undone."""
    old = (
        select(Case.id)
        .where(
            Case.decided_at < now - KEPT_FOR,
            or_(Case.outcome != Outcome.HIDDEN, Case.taken_back_at.is_not(None)),
        )
        .limit(FORGOTTEN_AT_ONCE)
    )
    ids = db.session.scalars(old).all()
    if not ids:
        return
    with unit_of_work():
        for table in (Appeal, Report):
            db.session.execute(delete(table).where(table.case_id.in_(ids)))
        db.session.execute(delete(Case).where(Case.id.in_(ids)))
