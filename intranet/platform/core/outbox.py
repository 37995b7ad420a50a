"""The outbox: slow and outside work, owed by a transaction, done at least once after it."""

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
from intranet.platform.core import claims, clock
from intranet.platform.core.claims import CLAIM, Claim, HandedOverError
from intranet.platform.core.database import ask
from intranet.platform.core.operation import doing
from intranet.platform.core.types import NOW, UTCDateTime
from intranet.platform.core.unit_of_work import Work, unit_of_work

ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)
ROWS_PER_RUN = 10
"""How many rows are done in the same surroundings, for example over one connection."""
KEPT_FOR = timedelta(days=7)


class Pace(StrEnum):
    """What a kind of work may wait behind; each pace is a line of its own.

    Done in a moment and awaited; so many at once that nothing awaited may wait behind them, such
    as the digests of a morning; or it may take minutes, such as reading a file.
    """

    SOON = "soon"
    MANY = "many"
    LONG = "long"


Job = Callable[[Mapping[str, Any]], None]
Surroundings = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class _Kind:
    """How rows of a kind are done."""

    job: Job
    pace: Pace
    patience: timedelta | None
    surroundings: Surroundings | None
    reaches_out: bool


_kinds: dict[str, _Kind] = {}


class NeverError(Exception):
    """A job says that trying again is of no use."""


class LaterError(Exception):
    """A job says after which time trying again is of use."""

    def __init__(self, after: timedelta) -> None:
        """Wait at least so long."""
        super().__init__()
        self.after = after


class OutboxRow(Identified):
    """One thing still to be done outside, for example a mail to send."""

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


def does(
    kind: str,
    *,
    pace: Pace = Pace.SOON,
    patience: timedelta | None = None,
    surroundings: Surroundings | None = None,
    reaches_out: bool = False,
) -> Callable[[Job], Job]:
    """Name the function that does a kind of row. It must bear being run twice.

    Args:
        kind: what the rows are called.
        pace: in which line it stands, so that no mail waits behind what it need not.
        patience: for how long it is tried, where a few minutes are not enough: waits grow to an
            hour.
        surroundings: opened once around the rows that are taken together, such as a connection.
        reaches_out: whether somebody gets something, who would notice that it comes again.
    """

    def register(job: Job) -> Job:
        _kinds[kind] = _Kind(job, pace, patience, surroundings, reaches_out)
        return job

    return register


def owe(
    work: Work, kind: str, payload: Mapping[str, Any], *, run_after: datetime | None = None
) -> None:
    """Write down, in this transaction, that something is to be done after it.

    Args:
        run_after: not before this instant; its patience begins then.
    """
    at = run_after or clock.now()
    work.add(OutboxRow(kind=kind, payload=dict(payload), created_at=at, run_after=at))


def run_due(
    limit: int = ROWS_PER_RUN,
    pace: Pace | None = None,
    *,
    is_ending: Callable[[], bool] = lambda: False,
) -> int:
    """Do what is due; return how many rows were done. A row that fails waits and is tried again.

    Each row is claimed when its turn comes, so that a process that dies holds back only one.

    Args:
        pace: only what is of this pace; of what takes long one at a time.
        is_ending: asked between two rows, and where a job asks: then the rest is handed back.
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
    """Keep what this process does at the moment from others for a while longer."""
    for claim in claims.held():
        began = time.monotonic()
        with unit_of_work():
            result = db.session.execute(
                update(OutboxRow).where(_is_held(claim)).values(run_after=clock.now() + CLAIM)
            )
        if result.rowcount:  # type: ignore[attr-defined]
            claim.renewed_at = began


def take_over_claims() -> None:
    """On SQLite, when the process begins: let go what the one before it had claimed.

    With one database file there is one process. Beside PostgreSQL the others may live.
    """
    now = clock.now()
    if db.session.get_bind().dialect.name != "sqlite":
        return
    with unit_of_work():
        db.session.execute(
            update(OutboxRow)
            .where(
                OutboxRow.done_at.is_(None),
                OutboxRow.failed_at.is_(None),
                OutboxRow.attempts > 0,
                OutboxRow.run_after.between(now, now + CLAIM),
            )
            .values(run_after=now)
        )


def retry_failed(kind: str | None = None) -> int:
    """Let what failed be tried again from the start, of a kind or of all; return how many."""
    again = update(OutboxRow).where(OutboxRow.failed_at.is_not(None))
    if kind:
        again = again.where(OutboxRow.kind == kind)
    now = clock.now()
    with unit_of_work():
        result = db.session.execute(
            again.values(failed_at=None, attempts=0, created_at=now, run_after=now)
        )
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def set_aside(why: str) -> int:
    """Do not do what waits and would reach somebody outside: it may have gone out already.

    It stands as failed from now on, so that it is seen and can be tried all the same.

    Args:
        why: what stands there as the reason.

    Returns:
        how many rows those are.
    """
    kinds = [name for name, kind in _kinds.items() if kind.reaches_out]
    waiting = update(OutboxRow).where(
        OutboxRow.kind.in_(kinds), OutboxRow.done_at.is_(None), OutboxRow.failed_at.is_(None)
    )
    with unit_of_work():
        result = db.session.execute(waiting.values(failed_at=clock.now(), last_error=why))
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def wait_after(attempts: int) -> timedelta:
    """How long what failed so often waits before it is tried again."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)


def forget_done() -> None:
    """Delete what was done a week ago."""
    with unit_of_work():
        db.session.execute(delete(OutboxRow).where(OutboxRow.done_at < clock.now() - KEPT_FOR))


def _claim(pace: Pace | None = None) -> OutboxRow | None:
    """Take the row that is due first, so that no two workers do the same one at once."""
    due = _due(pace)
    if ask(due.with_only_columns(OutboxRow.id).limit(1)).first() is None:
        db.session.rollback()  # whoever asks again sees what came meanwhile
        return None  # mostly: nobody who posts waits in line behind this
    with unit_of_work():
        taken = due.order_by(OutboxRow.run_after).limit(1).with_for_update(skip_locked=True)
        row = db.session.scalar(taken)
        if row is not None:
            row.attempts += 1
            row.run_after = clock.now() + CLAIM
    if row is not None:
        db.session.expunge(row)  # a job may let go of all that the session holds
    return row


def _do(row: OutboxRow, is_ending: Callable[[], bool]) -> bool:
    """Do a row; say whether it was done."""
    with claims.holding(row.id, row.attempts, is_ending) as claim:
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
    """Rows of a pace; a kind that nobody does is to be noted soon."""
    if pace == Pace.SOON:
        return OutboxRow.kind.not_in([name for name, kind in _kinds.items() if kind.pace != pace])
    return OutboxRow.kind.in_([name for name, kind in _kinds.items() if kind.pace == pace])


def _postpone(row: OutboxRow, claim: Claim, error: Exception) -> None:
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


def _note(claim: Claim, **values: object) -> None:
    """Write what became of a row, unless another process has it by now."""
    with unit_of_work():
        db.session.execute(update(OutboxRow).where(_is_held(claim)).values(**values))


def _is_held(claim: Claim) -> ColumnElement[bool]:
    return and_(
        OutboxRow.id == claim.row_id,
        OutboxRow.attempts == claim.attempts,
        OutboxRow.done_at.is_(None),
        OutboxRow.failed_at.is_(None),
    )


def _is_enough(row: OutboxRow) -> bool:
    """Whether it was tried as often, or for as long, as its kind asks for."""
    kind = _kinds.get(row.kind)
    if kind is None or kind.patience is None:
        return row.attempts >= ATTEMPTS
    return clock.now() >= row.created_at + kind.patience


def _was_deadly(row: OutboxRow) -> bool:
    """Whether the process died with it so often that it would end the next one as well.

    A row that fails is given up with its last attempt; one beyond that ended its process.
    """
    kind = _kinds.get(row.kind)
    return row.attempts > ATTEMPTS and (kind is None or kind.patience is None)
