"""What is done about imports in the background."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from intranet.administration.imports import queries
from intranet.administration.imports.applying import apply_for
from intranet.administration.imports.models import Import, State
from intranet.administration.imports.operations import APPLY, CHECK, KEPT_FOR, check_file, forget
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.outbox import Pace, does, owe
from intranet.platform.core.unit_of_work import unit_of_work

SLICE_SECONDS = 1.0
FORGOTTEN_AT_ONCE = 20


@does(CHECK, pace=Pace.LONG)
def check(payload: Mapping[str, Any]) -> None:
    """Look through a file that was sent. Run twice, the second begins anew."""
    row = db.session.get(Import, UUID(payload["import_id"]))
    if row is None or not row.file_key or row.state not in {State.WAITING, State.CHECKING}:
        return
    key = row.file_key
    actor = db.session.get(Person, row.created_by_id) if row.created_by_id else None
    with storage().open(key) as stream:
        check_file(row, stream, queries.scope_of(row, actor))
    storage().delete(key)


@does(APPLY, pace=Pace.LONG)
def apply(payload: Mapping[str, Any]) -> None:
    """Apply some lines, and owe the rest: other work gets its turn in between."""
    import_id = UUID(payload["import_id"])
    if db.session.get(Import, import_id) is None:
        return  # it was asked for twice, applied, and thrown away
    if not apply_for(import_id, SLICE_SECONDS):
        with unit_of_work() as work:
            owe(work, APPLY, payload)


def forget_old(now: datetime) -> None:
    """Delete what was sent a month ago."""
    for import_id in queries.old_ids(now - KEPT_FOR, FORGOTTEN_AT_ONCE):
        forget(import_id)
