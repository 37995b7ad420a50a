"""Write the audit log."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from intranet.extensions import db
from intranet.platform.audit.chain import FIRST_HASH, hash_of
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared, on_sqlite, store_rows
from intranet.platform.core.unit_of_work import Work, unit_of_work

FIRST_LINES = "audit.first_lines"


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
        act: the act as `thing.verb`, for example `appointment.end`.
        agency_id: the agency of the log; None for the operator's log.
        actor_id: the person who acted; None for a command of the operator.
        subject: the kind and id of the thing that was acted on.
        detail: ids and dates that identify the case; never a secret or a person's text.
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
        _remember(work, agency_id, line.number)
    return line


@dataclass(frozen=True, kw_only=True)
class AuditAct:
    """An act to record together with others; see `record`."""

    act: str
    agency_id: UUID
    subject: tuple[str, UUID]
    detail: dict[str, Any]


def record_many(actor_id: UUID | None, acts: Sequence[AuditAct]) -> list[int]:
    """Add lines to the chains of several agencies, in this order, in two statements.

    Returns:
        The number of each line in its agency's chain.
    """
    with unit_of_work() as work:
        work.wait_outside()
        agency_ids = sorted({act.agency_id for act in acts})
        for agency_id in agency_ids:
            _take_turn(agency_id)
        last = {row.agency_id: (row.number, row.hash) for row in _last_lines(agency_ids)}
        now = clock.now()
        rows: list[dict[str, Any]] = []
        for act in acts:
            number, previous_hash = last.get(act.agency_id, (0, FIRST_HASH))
            values = {
                "agency_id": act.agency_id,
                "number": number + 1,
                "at": now,
                "actor_id": actor_id,
                "act": act.act,
                "subject_kind": act.subject[0],
                "subject_id": act.subject[1],
                "detail": act.detail,
                "previous_hash": previous_hash,
            }
            line = AuditLine(**values)
            rows.append({**values, "id": line.id, "hash": hash_of(line)})
            last[act.agency_id] = (number + 1, rows[-1]["hash"])
            _remember(work, act.agency_id, number + 1)
        store_rows(AuditLine, rows)
    return [row["number"] for row in rows]


def first_lines() -> dict[UUID | None, int]:
    """Return the number of the first line of this transaction in each agency's chain."""
    with unit_of_work() as work:
        return work.remembered.get(FIRST_LINES, {})


def _remember(work: Work, agency_id: UUID | None, number: int) -> None:
    work.remembered.setdefault(FIRST_LINES, {}).setdefault(agency_id, number)


def _last_lines(agency_ids: Sequence[UUID]) -> Sequence[Any]:
    return execute_prepared(_newest_lines(), agency_ids=agency_ids).all()


@cache
def _newest_lines() -> Select[UUID | None, int, str]:
    """Return the query for the last line of each chain; building it took as long as running it."""
    newest = (
        select(AuditLine.agency_id, func.max(AuditLine.number).label("number"))
        .where(AuditLine.agency_id.in_(bindparam("agency_ids", expanding=True)))
        .group_by(AuditLine.agency_id)
        .subquery()
    )
    return select(AuditLine.agency_id, AuditLine.number, AuditLine.hash).join(
        newest,
        (newest.c.agency_id == AuditLine.agency_id) & (newest.c.number == AuditLine.number),
    )


def _take_turn(agency_id: UUID | None) -> None:
    """On PostgreSQL, lock a chain until the end of the transaction; SQLite has a single writer.

    Locking the last line would not be enough: after the wait, a transaction would get that same
    line, not the one that was written meanwhile.
    """
    if not on_sqlite():
        digest = hashlib.sha256(f"audit {agency_id}".encode()).digest()
        key = int.from_bytes(digest[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))
