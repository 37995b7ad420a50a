"""Read the audit log by page or whole, and verify its chain."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from intranet.extensions import db
from intranet.platform.audit.chain import FIRST_HASH, hash_of
from intranet.platform.audit.models import AuditLine

BATCH_SIZE = 500


@dataclass(frozen=True)
class AuditFilter:
    """A filter on the lines of a log; None means any. `until` is excluded.

    `about` holds ids of actors or subjects, `subject_ids` those of subjects alone; `things` are the
    parts of acts before the dot, as in `account.invite`. `limit` is the condition on `AuditLine`
    for lines that the reader may see.
    """

    act: str | None = None
    things: Collection[str] | None = None
    without: str | None = None
    actor_id: UUID | None = None
    about: Collection[UUID] | None = None
    subject_ids: Collection[UUID] | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: ColumnElement[bool] | None = None


def lines(
    agency_id: UUID | None, wanted: AuditFilter, *, before: int | None = None, limit: int
) -> Sequence[AuditLine]:
    """Return the lines of an agency's log, the latest first.

    Args:
        before: only lines with a lower number, to go on after a page.
    """
    found = _wanted(agency_id, wanted)
    if before is not None:
        found = found.where(AuditLine.number < before)
    return db.session.scalars(found.order_by(AuditLine.number.desc()).limit(limit)).all()


def all_lines(agency_id: UUID | None, wanted: AuditFilter) -> Iterator[AuditLine]:
    """Yield all lines that match, the earliest first, read in batches."""
    number = 0
    while True:
        part = db.session.scalars(
            _wanted(agency_id, wanted)
            .where(AuditLine.number > number)
            .order_by(AuditLine.number)
            .limit(BATCH_SIZE)
        ).all()
        yield from part
        if len(part) < BATCH_SIZE:
            return
        number = part[-1].number


def acts_of(agency_id: UUID | None, told: ColumnElement[bool]) -> Sequence[str]:
    """Return the acts that occur in an agency's log, in alphabetical order.

    Args:
        told: the condition on `AuditLine` for lines that the reader may see.
    """
    # Skip from act to act in the index, because there are few acts, but many lines of sign-ins.
    of_agency = and_(AuditLine.agency_id == agency_id, told)
    found = select(func.min(AuditLine.act).label("act")).where(of_agency).cte(recursive=True)
    after = select(func.min(AuditLine.act)).where(of_agency, AuditLine.act > found.c.act)
    found = found.union_all(
        select(after.correlate(found).scalar_subquery()).where(found.c.act.is_not(None))
    )
    return db.session.scalars(select(found.c.act).where(found.c.act.is_not(None))).all()


def first_broken_number(agency_id: UUID | None) -> int | None:
    """Return the number at which a line was changed, removed or inserted; else None."""
    expected, previous = 1, FIRST_HASH
    for line in all_lines(agency_id, AuditFilter()):
        whole = line.previous_hash == previous and line.hash == hash_of(line)
        if line.number != expected or not whole:
            return expected
        expected, previous = expected + 1, line.hash
    return None


def _wanted(agency_id: UUID | None, wanted: AuditFilter) -> Select[AuditLine]:
    found = select(AuditLine).where(AuditLine.agency_id == agency_id)
    if wanted.act:
        found = found.where(AuditLine.act == wanted.act)
    if wanted.without:
        found = found.where(AuditLine.act != wanted.without)
    if wanted.actor_id:
        found = found.where(AuditLine.actor_id == wanted.actor_id)
    if wanted.about is not None:
        found = found.where(
            or_(AuditLine.actor_id.in_(wanted.about), AuditLine.subject_id.in_(wanted.about))
        )
    if wanted.things is not None:
        found = found.where(or_(*(AuditLine.act.startswith(f"{one}.") for one in wanted.things)))
    if wanted.subject_ids is not None:
        found = found.where(AuditLine.subject_id.in_(wanted.subject_ids))
    if wanted.since:
        found = found.where(AuditLine.at >= wanted.since)
    if wanted.until:
        found = found.where(AuditLine.at < wanted.until)
    if wanted.limit is not None:
        found = found.where(wanted.limit)
    return found
