"""The outbox: slow or external tasks, enqueued in a transaction and done after it.

Each task is done at least once, and possibly again after a crash.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Index,
    Select,
    String,
    Text,
    and_,
    delete,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Identified, db
from intranet.platform.core import clock, outbox_claims
from intranet.platform.core.database import execute_prepared, on_sqlite
from intranet.platform.core.operation import doing
from intranet.platform.core.outbox_claims import CLAIM_LIFETIME, HandedOverError, OutboxClaim
from intranet.platform.core.types import NOW, UTCDateTime
from intranet.platform.core.unit_of_work import Work, unit_of_work

MAX_ATTEMPTS = 8
MAX_WAIT = timedelta(hours=1)
ROWS_PER_RUN = 10
"""How many rows share their surroundings, for example one connection."""
RETENTION = timedelta(days=7)


class Pace(StrEnum):
    """The urgency of a kind of work; each pace has its own queue and thread.

    `SOON` is quick and awaited. `MANY` comes in bulk, such as the digests of a morning, and must
    not delay what is awaited. `LONG` may take minutes, such as indexing a file.
    """

    SOON = "soon"
    MANY = "many"
    LONG = "long"


Job = Callable[[Mapping[str, Any]], None]
Surroundings = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class _TaskKind:
    """The settings for the rows of one kind."""

    job: Job
    pace: Pace
    patience: timedelta | None
    surroundings: Surroundings | None
    reaches_out: bool


_kinds: dict[str, _TaskKind] = {}


class NeverError(Exception):
    """Raised by a job: another attempt would be useless."""


class LaterError(Exception):
    """Raised by a job: it should be tried again after this time."""

    def __init__(self, after: timedelta) -> None:
        super().__init__()
        self.after = after


class OutboxRow(Identified):
    """A task to do after the transaction, for example a mail to send; it stays when done."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "done_at", "run_after"),)

    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    run_after: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


def handler(
    kind: str,
    *,
    pace: Pace = Pace.SOON,
    patience: timedelta | None = None,
    surroundings: Surroundings | None = None,
    reaches_out: bool = False,
) -> Callable[[Job], Job]:
    """Register the function that handles a kind of row. It must tolerate being run twice.

    Args:
        kind: the name of the kind.
        pace: the queue, so that slow kinds do not delay mails.
        patience: how long to try, if a few minutes are not enough; waits grow to an hour.
        surroundings: a context manager around the rows of one run, such as a connection.
        reaches_out: whether people outside receive something, and would notice a duplicate.
    """

    def register(job: Job) -> Job:
        _kinds[kind] = _TaskKind(job, pace, patience, surroundings, reaches_out)
        return job

    return register


def known_kinds() -> list[str]:
    """Return the names of all kinds that have a handler."""
    return sorted(_kinds)


def enqueue(
    work: Work, kind: str, payload: Mapping[str, Any], *, run_after: datetime | None = None
) -> None:
    """Enqueue a task, in this transaction, to be done after its commit.

    Args:
        run_after: the earliest time; `patience` counts from it.
    """
    at = run_after or clock.now()
    work.add(OutboxRow(kind=kind, payload=dict(payload), created_at=at, run_after=at))


def run_due(
    limit: int = ROWS_PER_RUN,
    pace: Pace | None = None,
    *,
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Do the tasks that are due; return how many were done. A failed one is tried again later.

    Each row is claimed just before it is done, so that a process that dies delays only one.

    Args:
        pace: only tasks of this pace; of `LONG` ones, one at a time.
        is_ending: called between two rows and by `go_on`; if true, the rest is left to others.
    """
    done, entered = 0, set()
    with ExitStack() as around:
        for _number in range(1 if pace == Pace.LONG else limit):
            row = None if is_ending() else _claim(pace)
            if row is None:
                break
            kind = _kinds.get(row.kind)
            if kind and kind.surroundings and kind.surroundings not in entered:
                entered.add(kind.surroundings)
                around.enter_context(kind.surroundings())
            done += _do(row, is_ending)
    return done


def renew_claims() -> None:
    """Renew the claims that this process holds."""
    for claim in outbox_claims.own_claims():
        began = time.monotonic()
        with unit_of_work():
            result = db.session.execute(
                update(OutboxRow)
                .where(_is_held(claim))
                .values(run_after=clock.now() + CLAIM_LIFETIME)
            )
        if result.rowcount:  # type: ignore[attr-defined]
            claim.renewed_at = began


def take_over_claims() -> None:
    """On SQLite, at start-up: release the claims of the process before this one.

    With SQLite there is only one process. With PostgreSQL the others may still be running.
    """
    if not on_sqlite():
        return
    with unit_of_work():
        db.session.execute(update(OutboxRow).where(is_claimed()).values(run_after=clock.now()))


def is_claimed() -> ColumnElement[bool]:
    """Return the condition that a task is claimed, or tried again within a claim's lifetime."""
    now = clock.now()
    return and_(
        OutboxRow.done_at.is_(None),
        OutboxRow.failed_at.is_(None),
        OutboxRow.attempts > 0,
        OutboxRow.run_after.between(now, now + CLAIM_LIFETIME),
    )


def retry_failed(kind: str | None = None) -> int:
    """Reset failed tasks for another attempt, of a kind or of all; return how many."""
    again = update(OutboxRow).where(OutboxRow.failed_at.is_not(None))
    if kind:
        again = again.where(OutboxRow.kind == kind)
    now = clock.now()
    with unit_of_work():
        result = db.session.execute(
            again.values(failed_at=None, attempts=0, created_at=now, run_after=now)
        )
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def drop_failed(kind: str | None = None) -> int:
    """Delete failed tasks, of a kind or of all, so that nobody does them; return how many."""
    failed = delete(OutboxRow).where(OutboxRow.failed_at.is_not(None))
    with unit_of_work():
        result = db.session.execute(failed.where(OutboxRow.kind == kind) if kind else failed)
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def set_aside(why: str) -> int:
    """Mark pending tasks that would reach people outside as failed: they may be done already.

    They show as failed, with the reason, so that an operator can try them again. Returns how many.
    """
    kinds = [name for name, kind in _kinds.items() if kind.reaches_out]
    waiting = update(OutboxRow).where(
        OutboxRow.kind.in_(kinds), OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_(None)
    )
    with unit_of_work():
        result = db.session.execute(waiting.values(failed_at=clock.now(), last_error=why))
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait before the next attempt, given the number of attempts so far."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), MAX_WAIT)


def forget_done() -> None:
    """Delete the tasks that were done a week ago."""
    with unit_of_work():
        db.session.execute(delete(OutboxRow).where(OutboxRow.done_at < clock.now() - RETENTION))


def is_any_due(pace: Pace | None = None) -> bool:
    """Return whether a task waits that nobody has claimed."""
    found = execute_prepared(_due(pace).with_only_columns(OutboxRow.id).limit(1)).first()
    db.session.rollback()  # so that the next query sees new rows
    return found is not None


def _claim(pace: Pace | None = None) -> OutboxRow | None:
    """Claim the row that is due first, so that no two workers do it at once."""
    if not is_any_due(pace):
        return None  # the usual case takes no write lock, so that it delays no post
    with unit_of_work():
        taken = _due(pace).order_by(OutboxRow.run_after).limit(1).with_for_update(skip_locked=True)
        row = db.session.scalar(taken)
        if row is not None:
            row.attempts += 1
            row.run_after = clock.now() + CLAIM_LIFETIME
    if row is not None:
        db.session.expunge(row)  # a job may expire everything in the session
    return row


def _do(row: OutboxRow, is_ending: Callable[[], bool]) -> bool:
    """Do a task; return whether it was done."""
    with outbox_claims.holding(row.id, row.attempts, is_ending) as claim:
        try:
            if _was_deadly(row):
                raise NeverError  # noqa: TRY301 - noted as what a job raises
            with doing(row.kind):
                _kinds[row.kind].job(row.payload)
        except HandedOverError:
            _note(claim, attempts=row.attempts - 1, run_after=clock.now())
        except Exception as error:  # noqa: BLE001 - the edge of a job
            _postpone(row, claim, error)
        else:
            _note(claim, done_at=clock.now(), last_error=None, payload={})
            return True
    return False


def _due(pace: Pace | None) -> Select[OutboxRow]:
    due = select(OutboxRow).where(
        OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_(None), OutboxRow.run_after <= NOW
    )
    return due.where(_is_of(pace)) if pace else due


def _is_of(pace: Pace) -> ColumnElement[bool]:
    """Return the condition for rows of a pace; unknown kinds count as `Pace.SOON`."""
    if pace == Pace.SOON:
        return OutboxRow.kind.not_in([name for name, kind in _kinds.items() if kind.pace != pace])
    return OutboxRow.kind.in_([name for name, kind in _kinds.items() if kind.pace == pace])


def _postpone(row: OutboxRow, claim: OutboxClaim, error: Exception) -> None:
    wait = wait_after(row.attempts)
    if isinstance(error, LaterError):
        wait = max(wait, error.after)
    given_up = isinstance(error, NeverError) or _is_enough(row)
    _note(
        claim,
        run_after=clock.now() + wait,
        last_error=type(error).__name__,
        failed_at=clock.now() if given_up else None,
    )


def _note(claim: OutboxClaim, **values: object) -> None:
    """Record the result of a task, unless another process has claimed it since."""
    with unit_of_work():
        db.session.execute(update(OutboxRow).where(_is_held(claim)).values(**values))


def _is_held(claim: OutboxClaim) -> ColumnElement[bool]:
    return and_(
        OutboxRow.id == claim.row_id,
        OutboxRow.attempts == claim.attempts,
        OutboxRow.done_at.is_(None),
        OutboxRow.failed_at.is_(None),
    )


def _is_enough(row: OutboxRow) -> bool:
    """Return whether a task was tried as often, or for as long, as its kind allows."""
    kind = _kinds.get(row.kind)
    if kind is None or kind.patience is None:
        return row.attempts >= MAX_ATTEMPTS
    return clock.now() >= row.created_at + kind.patience


def _was_deadly(row: OutboxRow) -> bool:
    """Return whether the process died during this task so often that the task is the cause.

    A failing row is given up at its last attempt, so further attempts mean that processes died.
    """
    kind = _kinds.get(row.kind)
    return row.attempts > MAX_ATTEMPTS and (kind is None or kind.patience is None)
