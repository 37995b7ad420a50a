"""Extract the text of a stored file, so that it can be searched.

A separate program does the reading (`extraction.py`) and is killed if it takes too long. A file
without readable text is no error: its row says so, and it is found by its name.
"""

import logging
import tempfile
from typing import Final
from uuid import UUID

from intranet.delivery.files import extraction
from intranet.delivery.files.events import FileRead
from intranet.delivery.files.limits import MIB
from intranet.delivery.files.models import File, TextState
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.platform.core.subprocesses import TookTooLongError, run_apart
from intranet.platform.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

READ: Final = "files.read_text"
READABLE: Final = frozenset(
    {extraction.PDF, extraction.TEXT, extraction.ODT, extraction.DOCX, extraction.ZIP}
)
MAX_BYTES: Final = 64 * MIB
MAX_SECONDS: Final = 20


def is_readable(file: File) -> bool:
    """Return whether the text of this kind of file can be extracted."""
    return file.media_type in READABLE


def read_file(file_id: UUID) -> None:
    """Extract the text of a file and store it, once; do nothing if the file is gone."""
    file = db.session.get(File, file_id)
    if file is None or file.text_state is not None:
        return
    text = None if file.size_bytes > MAX_BYTES else _read(file)
    db.session.rollback()
    with unit_of_work() as work:
        file = db.session.get(File, file_id)
        if file is None:
            return
        file.text = text
        file.text_state = TextState.UNREADABLE if text is None else TextState.READ
        work.publish(FileRead(file.id))


def _read(file: File) -> str | None:
    try:
        with storage().open(file.key) as source, tempfile.TemporaryFile() as said:
            code = run_apart(
                "intranet.delivery.files.extraction",
                file.media_type,
                within_seconds=MAX_SECONDS,
                given=source,
                said=said,
            )
            said.seek(0)
            if code == 0:
                return said.read().decode()
            reason = f"exit {code}"
    except (TookTooLongError, FileNotFoundError) as error:
        reason = type(error).__name__
    log.info("text of file %s: not readable (%s)", file.id, reason)
    return None
