"""Writing the audit log."""

import hashlib
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from intranet.audit.chain import FIRST_HASH, hash_of
from intranet.audit.models import AuditLine
from intranet.core import clock
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db


def record(
    act: str,
    *,
    agency_id: UUID | None,
    actor_id: UUID | None,
    subject: tuple[str, UUID | None],
    detail: dict[str, Any] | None = None,
) -> AuditLine:
    """Add a line to the agency's chain, in the caller's transaction.

    Args:
        act: what was done, as `thing.verb`, for example `appointment.end`.
        agency_id: whose log it belongs to; None for the operator's.
        actor_id: the person who did it; None for a command of the operator.
        subject: kind and id of what it was done to.
        detail: ids and dates that tell the case; never a secret, never what somebody wrote.
    """
    with unit_of_work() as work:
        work.wait_outside()
        _take_turn(agency_id)
        last = db.session.scalar(
            select(AuditLine)
            .where(AuditLine.agency_id == agency_id)
            .order_by(AuditLine.number.desc())
            .limit(1)
        )
        line = AuditLine(
            agency_id=agency_id,
            number=last.number + 1 if last else 1,
            at=clock.now(),
            actor_id=actor_id,
            act=act,
            subject_kind=subject[0],
            subject_id=subject[1],
            detail=detail or {},
            previous_hash=last.hash if last else FIRST_HASH,
        )
        line.hash = hash_of(line)
        work.add(line)
        db.session.flush()
    return line


def _take_turn(agency_id: UUID | None) -> None:
    """Let one transaction at a time go on with a chain; SQLite has one writer anyhow.

    Locking the last line would not do: who waits for it is then given that same line, not the
    one that was written meanwhile.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        digest = hashlib.sha256(f"audit {agency_id}".encode()).digest()
        key = int.from_bytes(digest[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))
