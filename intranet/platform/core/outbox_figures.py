"""Counts of the outbox by kind: waiting, tried again, done and failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.outbox import OutboxRow, is_claimed


@dataclass(frozen=True)
class OutboxCounts:
    """The tasks of a kind by state, with the errors of those that failed."""

    kind: str
    waiting: int
    retrying: int
    failed: int
    done: int
    errors: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class OutboxBacklog:
    """The pending tasks of a kind, and the time since which the oldest has been due."""

    kind: str
    waiting: int
    failed: int
    due_since: datetime | None


def pending_by_kind() -> list[OutboxBacklog]:
    """Return the tasks that are not done, by kind."""
    waits = OutboxRow.failed_at.is_(None)
    due = waits & (OutboxRow.created_at <= clock.now())
    rows = db.session.execute(
        select(
            OutboxRow.kind,
            func.count(case((waits, 1))),
            func.count(OutboxRow.failed_at),
            func.min(case((due, OutboxRow.created_at))),
        )
        .where(OutboxRow.done_at.is_(None))
        .group_by(OutboxRow.kind)
    )
    return [OutboxBacklog(*row) for row in rows]


def pending_payloads(kind: str) -> list[Mapping[str, Any]]:
    """Return what the tasks of a kind are about that are still to be done."""
    is_open = OutboxRow.done_at.is_(None) & OutboxRow.failed_at.is_(None)
    found = db.session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == kind, is_open))
    return list(found)


def age_seconds(owed: OutboxBacklog) -> float:
    """Return for how long the oldest pending task of a kind has been due."""
    return (clock.now() - owed.due_since).total_seconds() if owed.due_since else 0.0


def counts_by_kind() -> list[OutboxCounts]:
    """Return the tasks of each kind, including those done in the last days."""
    is_open = OutboxRow.done_at.is_(None) & OutboxRow.failed_at.is_(None)
    errors: dict[str, list[tuple[str, int]]] = {}
    for kind, error, number in db.session.execute(
        select(OutboxRow.kind, OutboxRow.last_error, func.count())
        .where(OutboxRow.last_error.is_not(None), OutboxRow.done_at.is_(None))
        .group_by(OutboxRow.kind, OutboxRow.last_error)
        .order_by(func.count().desc())
    ):
        errors.setdefault(kind, []).append((str(error), number))
    rows = db.session.execute(
        select(
            OutboxRow.kind,
            func.count(case((is_open & (OutboxRow.attempts == 0), 1))),
            func.count(case((is_open & (OutboxRow.attempts > 0), 1))),
            func.count(OutboxRow.failed_at),
            func.count(OutboxRow.done_at),
        )
        .group_by(OutboxRow.kind)
        .order_by(OutboxRow.kind)
    )
    return [OutboxCounts(*row, errors=errors.get(row[0], [])) for row in rows]


def count_claimed() -> int:
    """Return how many tasks are claimed, or are tried again within the lifetime of a claim."""
    found = db.session.scalar(select(func.count()).where(is_claimed()))
    db.session.rollback()  # so that the next query sees what changed
    return found or 0
