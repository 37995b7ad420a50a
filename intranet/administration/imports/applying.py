"""The pace of applying an import: short transactions, between which others get their turn."""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from intranet.administration.imports.batches import apply_batch, finish, reject_next
from intranet.extensions import db
from intranet.finding.directory.indexing import BATCH_SIZE, write_queued
from intranet.platform.core.database import on_sqlite
from intranet.platform.core.errors import Unavailable

log = logging.getLogger(__name__)

BATCH_SECONDS = 0.034
"""The target duration of a batch on SQLite; none may lock the database for more than 50 ms."""

POSTGRESQL_BATCH_SECONDS = 0.2
"""The target on PostgreSQL, where a batch locks rows: others who write elsewhere do not wait.

Its statements take a round trip each: within the target of SQLite a batch got four lines done.
"""

MAX_CPU_WAIT_FACTOR = 8
"""How many times its target a batch may take before it shrinks, if it only waits for the CPU."""

FIRST_BATCH_SIZE, MIN_BATCH_SIZE, MAX_BATCH_SIZE = 20, 10, 400
"""Numbers of lines. A batch of ten costs 9 ms and each of its lines 0.4: fewer would lock the
database hardly shorter, and the import would take several times as long on a busy machine.
"""
GROWTH_FACTOR = 1.5
DOCUMENTS_PER_LINE = 2
"""Search documents that a line may change: those of a person and their post."""


def apply_for(
    import_id: UUID,
    seconds: float | None = None,
    *,
    said: Callable[[int, float], None] = lambda _lines, _seconds: None,
) -> bool:
    """Apply lines of an import until none is left or the given time is over.

    Args:
        said: called with the number of lines and the duration of each batch.

    Returns:
        whether no line is left.

    Raises:
        Unavailable: the database does not answer, or its disk is full. Applied lines stay applied.
    """
    began, size, owing = time.monotonic(), FIRST_BATCH_SIZE, 0
    target = BATCH_SECONDS if on_sqlite() else POSTGRESQL_BATCH_SECONDS
    while seconds is None or time.monotonic() - began < seconds:
        batch_began, work_began = time.monotonic(), time.thread_time()
        try:
            done = apply_batch(import_id, size)
        except Unavailable:
            raise
        except Exception:
            # Unexpected: halve the batch until the failing line is alone, then reject it.
            log.exception("import %s: a batch of %s", import_id, size)
            db.session.rollback()
            if size == 1:
                reject_next(import_id)
            size = max(size // 2, 1)
            continue
        if not done:
            _write_owed()
            finish(import_id)
            return True
        took = time.monotonic() - batch_began
        said(done, took)
        worked = max(time.thread_time() - work_began, took / MAX_CPU_WAIT_FACTOR)
        size = _next_size(size, done, worked / target)
        db.session.remove()
        owing += done * DOCUMENTS_PER_LINE
        while owing >= BATCH_SIZE:
            owing = owing - BATCH_SIZE if _write_slice() else 0
    _write_owed()
    return False


def _write_owed() -> None:
    while _write_slice():
        pass


def _write_slice() -> bool:
    """Index some of what was applied; return whether there may be more."""
    is_more = write_queued()
    db.session.remove()
    return is_more


def _next_size(size: int, done: int, share: float) -> int:
    """Return the number of lines that fill the time of a batch; it grows step by step.

    Args:
        share: the time of the last batch, as a share of its target.
    """
    fitting = int(done / max(share, 1e-6))
    grown = int(size * GROWTH_FACTOR) + 1
    return min(max(fitting, MIN_BATCH_SIZE), grown, MAX_BATCH_SIZE)
