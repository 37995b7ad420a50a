"""The pace of applying: batches that hold the database for a moment, and room between them."""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from intranet.administration.imports.batches import apply_batch, reject_next
from intranet.extensions import db
from intranet.finding.directory.indexing import SLICE, write_owed
from intranet.platform.core.errors import Unavailable

log = logging.getLogger(__name__)

BATCH_SECONDS = 0.034
"""What a batch should take; none may hold the database for more than 50 ms."""

CROWDED = 8
"""On a busy machine a batch waits for the processor; up to so many times is not its own fault."""

FIRST_SIZE, LARGEST = 20, 400
GROWS = 1.5
DOCUMENTS = 2
"""Of how many things a line changes how they are found: a person and their post."""

PAUSE = 0.5
"""For how long others have the database to themselves, as a share of what the batch took.

SQLite does not say when it is free. With a fifth, who posted while another process imported waited
for up to 1.1 s; with a half for 74 ms at most.
"""


def apply_for(
    import_id: UUID,
    seconds: float | None = None,
    *,
    said: Callable[[int, float], None] = lambda _lines, _seconds: None,
) -> bool:
    """Apply lines of an import until none is left, or so many seconds are over.

    Args:
        said: is told how many lines a batch had and how long it took.

    Returns:
        whether nothing is left.

    Raises:
        Unavailable: the database does not answer, or its disk is full. What was applied stays.
    """
    began, size, owing = time.monotonic(), FIRST_SIZE, 0
    while seconds is None or time.monotonic() - began < seconds:
        batch_began, work_began = time.monotonic(), time.thread_time()
        try:
            done = apply_batch(import_id, size)
        except Unavailable:
            raise
        except Exception:
            # Something that nobody foresaw: found by halves, so that it stops its own line only.
            log.exception("import %s: a batch of %s", import_id, size)
            db.session.rollback()
            if size == 1:
                reject_next(import_id)
            size = max(size // 2, 1)
            continue
        if not done:
            _write_owed()
            return True
        took = time.monotonic() - batch_began
        said(done, took)
        size = _next_size(size, done, max(time.thread_time() - work_began, took / CROWDED))
        db.session.remove()
        time.sleep(took * PAUSE)
        owing += done * DOCUMENTS
        while owing >= SLICE:
            owing = owing - SLICE if _write_slice() else 0
    _write_owed()
    return False


def _write_owed() -> None:
    while _write_slice():
        pass


def _write_slice() -> bool:
    """Let be found what was applied, and leave the database to others for a while."""
    began = time.monotonic()
    is_more = write_owed()
    db.session.remove()
    time.sleep((time.monotonic() - began) * PAUSE)
    return is_more


def _next_size(size: int, done: int, took: float) -> int:
    """So many lines as will take the time of a batch, growing step by step."""
    fitting = int(done * BATCH_SECONDS / max(took, 1e-6))
    return max(1, min(fitting, int(size * GROWS) + 1, LARGEST))
