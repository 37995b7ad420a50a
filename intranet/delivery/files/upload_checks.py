"""Accept uploads: limit their rate, and scan them for viruses first.

Every operation that stores an upload calls `accept` first, be it from a page or over REST.
"""

from math import ceil
from typing import IO

from flask import current_app

from intranet.delivery.files.limits import UPLOADS_A_SECOND, UPLOADS_AT_FIRST
from intranet.delivery.files.scanning import scan
from intranet.extensions import db
from intranet.platform.core import operation
from intranet.platform.core.errors import TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.rate_limits import Buckets
from intranet.platform.core.unit_of_work import is_at_work


def accept(stream: IO[bytes], field: str = "file") -> None:
    """Count a file against its sender's rate and scan it; the stream is rewound.

    Raises:
        TooMany: they sent so many that they have to wait.
        Invalid, TooLarge, Unavailable: as `scan` raises them.
    """
    count_upload()
    if not is_at_work():
        # Scanning is slow and may have to queue: release the database connection meanwhile, since
        # there are few. Objects are reloaded when needed.
        db.session.rollback()
    scan(stream, field)


def count_upload() -> None:
    """Count a file against the rate of the requesting person; commands and jobs have none.

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
