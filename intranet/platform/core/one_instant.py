"""Read one instant of the database through the session, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from intranet.extensions import db
from intranet.platform.core.database import on_sqlite


@contextmanager
def one_instant() -> Iterator[None]:
    """Let every query of the block see the database as it is at its beginning; nothing is written.

    Keep the block short: as long as it lasts, neither database can clear away what is replaced.
    """
    session = db.session()
    session.rollback()
    session.expire_all()  # rows that were loaded before are of another instant
    # SQLite sees one instant in each transaction, from the first table on that is read.
    first = "SELECT 1 FROM sqlite_master LIMIT 1" if on_sqlite() else "SELECT 1"
    options = {} if on_sqlite() else {"isolation_level": "REPEATABLE READ"}
    session.connection(execution_options={**options, "postgresql_readonly": True})
    session.execute(text(first))
    try:
        yield
    finally:
        session.rollback()
