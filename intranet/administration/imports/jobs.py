"""Background jobs of imports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from intranet.administration.imports import queries
from intranet.administration.imports.applying import apply_for
from intranet.administration.imports.mapping import read_file
from intranet.administration.imports.models import Import, ImportState
from intranet.administration.imports.operations import (
    APPLY,
    CHECK,
    FILE_KEPT_FOR,
    KEPT_FOR,
    READ,
    check_file,
    drop_file,
    forget,
)
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.outbox import Pace, enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work

SLICE_SECONDS = 1.0
BATCH_SIZE = 20


@handler(READ, pace=Pace.LONG)
def read(payload: Mapping[str, Any]) -> None:
    """Read the columns of a file that was sent. A second run starts over."""
    row = db.session.get(Import, UUID(payload["import_id"]))
    if row is None or not row.file_key or row.state != ImportState.WAITING:
        return
    with storage().open(row.file_key) as stream:
        read_file(row, stream)


@handler(CHECK, pace=Pace.LONG)
def check(payload: Mapping[str, Any]) -> None:
    """Check every line of a file. A second run starts over."""
    row = db.session.get(Import, UUID(payload["import_id"]))
    if (
        row is None
        or not row.file_key
        or row.state not in {ImportState.WAITING, ImportState.CHECKING}
    ):
        return
    actor = db.session.get(Person, row.created_by_id) if row.created_by_id else None
    with storage().open(row.file_key) as stream:
        check_file(row, stream, queries.scope_of(row, actor))


@handler(APPLY, pace=Pace.LONG)
def apply(payload: Mapping[str, Any]) -> None:
    """Apply some lines and enqueue the rest, so that other jobs run in between."""
    import_id = UUID(payload["import_id"])
    if db.session.get(Import, import_id) is None:
        return  # enqueued twice, applied by the first run, and deleted since
    if not apply_for(import_id, SLICE_SECONDS):
        with unit_of_work() as work:
            enqueue(work, APPLY, payload)


def forget_old(now: datetime) -> None:
    """Delete imports that were sent a month ago, and the bytes of files of yesterday."""
    for row in queries.with_old_files(now - FILE_KEPT_FOR, BATCH_SIZE):
        with unit_of_work() as work:
            work.lock(row)
            drop_file(work, row)
            row.survey = {}
    for import_id in queries.old_ids(now - KEPT_FOR, BATCH_SIZE):
        forget(import_id)
