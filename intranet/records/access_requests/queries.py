"""Requests of an agency, what was found, and the counts beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.records.access_requests.models import (
    AccessDecision,
    AccessFinding,
    AccessNotice,
    AccessPackage,
    AccessReason,
    AccessRedaction,
    AccessRequest,
    AccessSearch,
)

PAGE_SIZE = 40
MAX_CLOSED = 100


def open_requests(agency_id: UUID) -> Sequence[AccessRequest]:
    """Return the open requests of an agency, the next due one first."""
    return db.session.scalars(
        select(AccessRequest)
        .where(AccessRequest.agency_id == agency_id, AccessRequest.closed_at.is_(None))
        .order_by(AccessRequest.due_on, AccessRequest.number)
    ).all()


def closed_requests(agency_id: UUID) -> Sequence[AccessRequest]:
    """Return the requests that were closed last."""
    return db.session.scalars(
        select(AccessRequest)
        .where(AccessRequest.agency_id == agency_id, AccessRequest.closed_at.is_not(None))
        .order_by(AccessRequest.closed_at.desc())
        .limit(MAX_CLOSED)
    ).all()


def reasons_of(agency_id: UUID, *, with_ended: bool = False) -> Sequence[AccessReason]:
    """Return the reasons for hiding that an agency offers, in its order."""
    asked = select(AccessReason).where(AccessReason.agency_id == agency_id)
    if not with_ended:
        asked = asked.where(AccessReason.ended_at.is_(None))
    return db.session.scalars(asked.order_by(AccessReason.position, AccessReason.id)).all()


def findings_of(
    request: AccessRequest, decision: AccessDecision | None = None
) -> Sequence[AccessFinding]:
    """Return what was found for a request, in order."""
    asked = select(AccessFinding).where(AccessFinding.request_id == request.id)
    if decision:
        asked = asked.where(AccessFinding.decision == decision)
    return db.session.scalars(asked.order_by(AccessFinding.number)).all()


def page_around(request: AccessRequest, number: int) -> Sequence[AccessFinding]:
    """Return the page of findings on which one with this number stands."""
    first = (max(number, 1) - 1) // PAGE_SIZE * PAGE_SIZE
    return db.session.scalars(
        select(AccessFinding)
        .where(
            AccessFinding.request_id == request.id,
            AccessFinding.number > first,
            AccessFinding.number <= first + PAGE_SIZE,
        )
        .order_by(AccessFinding.number)
    ).all()


def numbered(request: AccessRequest, number: int) -> AccessFinding | None:
    """Return the finding with a number."""
    return db.session.scalar(
        select(AccessFinding).where(
            AccessFinding.request_id == request.id, AccessFinding.number == number
        )
    )


def next_unread(request: AccessRequest, after: int = 0) -> AccessFinding | None:
    """Return the next finding without a decision, from the beginning again if need be."""
    unread = select(AccessFinding).where(
        AccessFinding.request_id == request.id, AccessFinding.decision == AccessDecision.UNREAD
    )
    ordered = unread.order_by(AccessFinding.number).limit(1)
    found: AccessFinding | None = db.session.scalar(ordered.where(AccessFinding.number > after))
    return found or db.session.scalar(ordered)


def searches_of(request: AccessRequest) -> Sequence[AccessSearch]:
    """Return the searches of a request, the latest first."""
    return db.session.scalars(
        select(AccessSearch)
        .where(AccessSearch.request_id == request.id)
        .order_by(AccessSearch.made_at.desc(), AccessSearch.id.desc())
    ).all()


def packages_of(request: AccessRequest) -> Sequence[AccessPackage]:
    """Return the packages of a request, the latest first."""
    return db.session.scalars(
        select(AccessPackage)
        .where(AccessPackage.request_id == request.id)
        .order_by(AccessPackage.made_at.desc(), AccessPackage.id.desc())
        .limit(20)
    ).all()


@dataclass(frozen=True)
class AccessCounts:
    """How many findings are included whole, included with hidden parts, left out and unread."""

    whole: int
    with_hidden: int
    left_out: int
    unread: int

    @property
    def included(self) -> int:
        """How many go out."""
        return self.whole + self.with_hidden

    @property
    def read(self) -> int:
        """How many are decided."""
        return self.included + self.left_out

    @property
    def total(self) -> int:
        """How many were found."""
        return self.read + self.unread


def counts_of(request: AccessRequest) -> AccessCounts:
    """Count the decisions on what was found."""
    hides = select(AccessRedaction.id).where(AccessRedaction.finding_id == AccessFinding.id)
    rows = db.session.execute(
        select(AccessFinding.decision, hides.exists(), func.count())
        .where(AccessFinding.request_id == request.id)
        .group_by(AccessFinding.decision, hides.exists())
    )
    number: dict[tuple[AccessDecision, bool], int] = {
        (decision, bool(hidden)): count for decision, hidden, count in rows
    }

    def of(decision: AccessDecision) -> int:
        return number.get((decision, True), 0) + number.get((decision, False), 0)

    return AccessCounts(
        whole=number.get((AccessDecision.INCLUDED, False), 0),
        with_hidden=number.get((AccessDecision.INCLUDED, True), 0),
        left_out=of(AccessDecision.LEFT_OUT),
        unread=of(AccessDecision.UNREAD),
    )


def counts_of_all(request_ids: Sequence[UUID]) -> Mapping[UUID, tuple[int, int]]:
    """Return, for several requests, how many findings are decided and how many there are."""
    rows = db.session.execute(
        select(AccessFinding.request_id, AccessFinding.decision, func.count())
        .where(AccessFinding.request_id.in_(request_ids))
        .group_by(AccessFinding.request_id, AccessFinding.decision)
    )
    found: dict[UUID, tuple[int, int]] = {}
    for request_id, decision, count in rows:
        read, total = found.get(request_id, (0, 0))
        is_read = decision != AccessDecision.UNREAD
        found[request_id] = (read + count * is_read, total + count)
    return found


def hidden_by_reason(request: AccessRequest) -> Sequence[tuple[AccessReason, int]]:
    """Return how many passages are hidden for each reason, the most first."""
    rows = db.session.execute(
        select(AccessReason, func.count())
        .join(AccessRedaction, AccessRedaction.reason_id == AccessReason.id)
        .where(AccessRedaction.request_id == request.id)
        .group_by(AccessReason.id)
        .order_by(func.count().desc(), AccessReason.position)
    )
    return [(reason, count) for reason, count in rows]


def with_hidden(finding_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these findings have hidden parts."""
    return set(
        db.session.scalars(
            select(AccessRedaction.finding_id).where(AccessRedaction.finding_id.in_(finding_ids))
        )
    )


def request_with_agency(request_id: UUID) -> AccessRequest:
    """Return a request with its agency, for somebody who was told of it."""
    return db.session.scalars(
        select(AccessRequest)
        .where(AccessRequest.id == request_id)
        .options(joinedload(AccessRequest.agency))
    ).one()


def people_to_tell(request: AccessRequest) -> int:
    """Return how many people have not been told yet that they were read."""
    asked = select(func.count()).where(
        AccessNotice.request_id == request.id, AccessNotice.told_at.is_(None)
    )
    return db.session.scalar(asked) or 0
