"""Background jobs for files."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from intranet.delivery.files import queries
from intranet.delivery.files.limits import UNUSED_FOR
from intranet.delivery.files.operations import ERASE, SMALL, discard
from intranet.delivery.files.pictures import discard_left
from intranet.delivery.files.storage import storage
from intranet.delivery.files.text import READ, read_file
from intranet.delivery.files.uploads import discard_upload
from intranet.platform.core.batches import batches
from intranet.platform.core.errors import NotFound
from intranet.platform.core.outbox import Pace, handler

BATCH_SIZE = 500
PATIENCE = timedelta(days=3)


@handler(ERASE, patience=PATIENCE)
def erase(payload: Mapping[str, Any]) -> None:
    """Remove the bytes of files whose rows are gone, as soon as the storage answers."""
    for key in payload["keys"]:
        storage().delete(key)


@handler(READ, pace=Pace.LONG, patience=PATIENCE)
def read_text(payload: Mapping[str, Any]) -> None:
    """Extract the text of a file, so that it can be searched."""
    read_file(UUID(payload["file_id"]))


def discard_unused(now: datetime) -> None:
    """Remove uploads that were not attached within a day, and bytes without a row.

    Uploads in parts that were begun a day ago and are not complete go too.
    """
    before = now - UNUSED_FOR
    discard_left(UNUSED_FOR)
    for upload in queries.old_uploads(before):
        with suppress(NotFound):  # its sender has just deleted it
            discard_upload(upload)
    for file_id in queries.unused_ids(before):
        # Someone may be attaching it at this moment: then it stays.
        with suppress(IntegrityError):
            discard([file_id])
    storage().discard_unfinished(before)
    stale = (each.key for each in storage().stored() if each.stored_at < before)
    for keys in batches(stale, BATCH_SIZE):
        used = queries.keys_in_use({key.removesuffix(SMALL) for key in keys})
        for key in keys:
            if key.removesuffix(SMALL) not in used:
                storage().delete(key)
