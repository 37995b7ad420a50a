"""Take what somebody sends: not too often, and not before it was checked for viruses.

Every operation that keeps a stranger's bytes asks this first, whatever door they came through.
"""

from math import ceil
from typing import IO

from flask import current_app

from intranet.delivery.files.limits import UPLOADS_A_SECOND, UPLOADS_AT_FIRST
from intranet.delivery.files.scanning import scan
from intranet.extensions import db
from intranet.platform.core import operation
from intranet.platform.core.buckets import Buckets
from intranet.platform.core.errors import TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import is_at_work


def accept(stream: IO[bytes], field: str = "file") -> None:
    """Count a file as sent by whoever asks, and have it scanned; the stream is at its begin then.

    Raises:
        TooMany: they sent so many that they have to wait.
        Invalid, TooLarge, Unavailable: what `scan` says.
    """
    count_upload()
    if not is_at_work():
        # The scanner takes its time, and others may have their turn first: meanwhile nobody keeps
        # one of the few connections to the database. What was read is read anew when needed.
        db.session.rollback()
    scan(stream, field)


def count_upload() -> None:
    """Count a file as sent by the person who asks; a command or a job asks for nobody.

    Raises:
        TooMany: they sent so many that they have to wait.
    """
    asking = operation.current()
    if asking is None or asking.person_id is None:
        return
    buckets: Buckets = current_app.extensions.setdefault(
        "uploads", Buckets(at_first=UPLOADS_AT_FIRST, a_second=UPLOADS_A_SECOND)
    )
    if seconds := buckets.take(asking.person_id):
        words = _l("You have sent many files in a short time. Wait a minute and try again.")
        raise TooMany(ceil(seconds), words)
