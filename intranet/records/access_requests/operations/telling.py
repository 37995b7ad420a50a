"""Tell people that something of theirs was read for a request, once each."""

from datetime import datetime

from sqlalchemy import exists, func, literal, not_, or_, select

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
from intranet.records.holds.scope import is_kept_from

BATCH_SIZE = 20


def tell_readers(request: AccessRequest, now: datetime) -> None:
    """Tell everyone who was read for a request, unless the officer gave a reason to wait.

    Whose words were read only as the context is told as well: what counts is that they were read.
    Whoever a confidential hold of the agency names is told once it has ended, by `tell_due`.
    """
    if request.delay_until and clock.today(request.agency.time_zone) < request.delay_until:
        return
    with unit_of_work() as work:
        work.lock(request)
        rows = db.session.scalars(
            select(AccessNotice).where(
                AccessNotice.request_id == request.id,
                AccessNotice.told_at.is_(None),
                not_(is_kept_from(AccessNotice.person_id, literal(request.agency_id))),
            )
        ).all()
        for row in rows:
            row.told_at = now
        request.told_at = request.told_at or now
        log_act(None, request, "tell", people=len(rows))
        tell_of_page(
            Kind.RECORDS,
            [row.person_id for row in rows],
            "records_read",
            path=f"/access-requests/{request.id}",
            key=request.id.hex,
        )


def tell_due() -> None:
    """Tell people of requests whose reading began a month ago, or whose delay is over.

    A request is due again for those who were read since, and for those of whom a hold has ended.
    """
    now = clock.now()
    first = (
        select(func.min(AccessFinding.read_at))
        .where(AccessFinding.request_id == AccessRequest.id)
        .scalar_subquery()
    )
    untold = exists().where(
        AccessNotice.request_id == AccessRequest.id,
        AccessNotice.told_at.is_(None),
        not_(is_kept_from(AccessNotice.person_id, AccessRequest.agency_id)),
    )
    due = db.session.scalars(
        select(AccessRequest)
        .where(
            untold.correlate(AccessRequest),
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
