"""How many rows of the outbox wait, are tried again, were done and failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.outbox import OutboxRow


@dataclass(frozen=True)
class Standing:
    """How much of a kind of work stands how, and what its failures are called."""

    kind: str
    waiting: int
    retrying: int
    failed: int
    done: int
    errors: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Owed:
    """How much of a kind is still to be done, and since when the oldest of it could have been."""

    kind: str
    waiting: int
    failed: int
    due_since: datetime | None


def owed() -> list[Owed]:
    """How much is not done, by kind."""
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
    return [Owed(*row) for row in rows]


def age_seconds(owed: Owed) -> float:
    """For how long the oldest of a kind could have been done."""
    return (clock.now() - owed.due_since).total_seconds() if owed.due_since else 0.0


def standing() -> list[Standing]:
    """The work that is owed, by kind, with what was done in the last days."""
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
    return [Standing(*row, errors=errors.get(row[0], [])) for row in rows]
