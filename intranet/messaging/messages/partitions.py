"""Messages and the index of words, cut by time where there are very many, on PostgreSQL."""

from typing import Final

from sqlalchemy import text

from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.platform.core.database import on_sqlite
from intranet.platform.core.partitions import TimedTable, prolong
from intranet.platform.index.models import SearchDocument

TIMED_TABLES: Final = (
    TimedTable(Message.__tablename__, "id"),
    # By its subject, not its own id: the unique key of a subject has to hold what is cut by.
    TimedTable(SearchDocument.__tablename__, "subject_id"),
)
WORTH_CUTTING: Final = 100_000_000
"""From how many messages on it pays: docs/scale.md says why."""

_COUNT = text("SELECT reltuples FROM pg_class WHERE oid = 'messages'::regclass")


def estimated_messages() -> int:
    """Return how many messages there are, as PostgreSQL's statistics have it."""
    return max(0, int(db.session.scalar(_COUNT) or 0))


def prolong_all() -> None:
    """Add the partitions of the years to come, where tables are cut."""
    if not on_sqlite():
        for table in TIMED_TABLES:
            prolong(table)
