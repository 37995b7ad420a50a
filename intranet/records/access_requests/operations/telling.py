"""Tell people that something of theirs was read for a request, once each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.access_requests.models import (
    AccessFinding,
    AccessNotice,
    AccessRequest,
)
from intranet.records.access_requests.operations.requests import TELL_AFTER, log_act

BATCH_SIZE = 20


def tell_readers(request: AccessRequest, now: datetime) -> None:
    """Tell everyone who was read for a request, unless the officer gave a reason to wait.

    Whose words were read only as the context is told as well: what counts is that they were read.
    """
    if request.delay_until and clock.today(request.agency.time_zone) < request.delay_until:
        return
    with unit_of_work() as work:
        work.lock(request)
        waiting = db.session.scalars(
            select(AccessNotice).where(
                AccessNotice.request_id == request.id, AccessNotice.told_at.is_(None)
            )
        ).all()
        rows = [row for row in waiting if not is_withheld(request, row.person_id)]
        for row in rows:
            row.told_at = now
        request.told_at = now
        log_act(None, request, "tell", people=len(rows))
        tell_of_page(
            Kind.RECORDS,
            [row.person_id for row in rows],
            "records_read",
            path=f"/access-requests/{request.id}",
            key=request.id.hex,
        )


def tell_due() -> None:
    """Tell people of requests whose reading began a month ago, or whose delay is over."""
    now = clock.now()
    first = (
        select(func.min(AccessFinding.read_at))
        .where(AccessFinding.request_id == AccessRequest.id)
        .scalar_subquery()
    )
    due = db.session.scalars(
        select(AccessRequest)
        .where(
            AccessRequest.told_at.is_(None),
            first < now - TELL_AFTER,
            or_(
                AccessRequest.delay_until.is_(None),
                AccessRequest.delay_until < clock.today("Europe/Madrid"),
            ),
        )
        .order_by(AccessRequest.id)
        .limit(BATCH_SIZE)
    ).all()
    for request in due:
        tell_readers(request, now)


def is_withheld(_request: AccessRequest, _person_id: UUID) -> bool:
    """Return whether a legal hold forbids telling a person that they were read."""
    return False
