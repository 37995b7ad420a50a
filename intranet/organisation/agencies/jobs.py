"""Jobs for what is derived from posts: who reads for vacant ones."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.locks import lock_organisations
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations.vacancy_readers import (
    AGENCY_BATCH_SIZE,
    agencies_of_dates,
    differing,
    reckon_onward,
)
from intranet.platform.core.one_instant import one_instant
from intranet.platform.core.outbox import enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work

FILL: Final = "agencies.onward"


@handler(FILL)
def fill(payload: Mapping[str, Any]) -> None:
    """Compute the onward posts of a batch of agencies, on older sites, and enqueue the next."""
    after = UUID(payload["after"]) if payload else None
    with unit_of_work() as work:
        if ids := _next(after):
            lock_organisations(work, ids)
            reckon_onward(ids)
        if len(ids) == AGENCY_BATCH_SIZE:
            enqueue(work, FILL, {"after": str(ids[-1])})


def follow_dates() -> None:
    """Update the onward posts of agencies in which a post ended by its date."""
    for agency_id in agencies_of_dates():
        with unit_of_work() as work:
            lock_organisations(work, [agency_id])
            reckon_onward([agency_id])


def reconcile(*, repair: bool, unfinished: Callable[[], Collection[UUID]] = frozenset[UUID]) -> int:
    """Return how many posts have a wrong onward post; with `repair`, correct them.

    Args:
        unfinished: returns the agencies that are being written, which are passed over.
    """
    count, after = 0, None
    while ids := _next(after):
        after = ids[-1]
        with one_instant():
            finished = sorted({*ids} - {*unfinished()})
            wrong = differing(finished)
        count += len(wrong)
        if repair and wrong:
            with unit_of_work() as work:
                lock_organisations(work, finished)
                reckon_onward(finished)
    return count


def _next(after: UUID | None) -> list[UUID]:
    wanted = select(Agency.id).order_by(Agency.id).limit(AGENCY_BATCH_SIZE)
    if after:
        wanted = wanted.where(Agency.id > after)
    return list(db.session.scalars(wanted))
