"""One instant of the database, read as long as it takes, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Index, MetaData, String, Table, Uuid

from intranet.extensions import db

ROWS_AT_ONCE = 1_000
FILES_AT_ONCE = 50  # the text of each may have 200,000 characters


def rows_at_once(table: str) -> int:
    """Return how many rows of a table may be in memory together."""
    return FILES_AT_ONCE if table == "files" else ROWS_AT_ONCE


leaving = Table(
    "leaving",
    MetaData(),
    Column("kind", String(20), nullable=False),
    Column("id", Uuid, nullable=False),
    Index("ix_leaving", "kind", "id"),
    prefixes=["TEMPORARY"],
)
"""The ids of what goes, by kind, in a table that only this connection sees."""


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Yield a connection that sees one instant, with an empty table `leaving`; nothing is written.

    On SQLite a read transaction sees one instant anyway; on PostgreSQL the isolation is raised.
    """
    engine = db.engine
    with engine.connect() as plain:
        if engine.dialect.name == "sqlite":
            _keep_ids_on_disk(plain)
            connection = plain
        else:
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            leaving.create(connection)
            try:
                yield connection
            finally:
                connection.rollback()


def _keep_ids_on_disk(connection: Connection) -> None:
    """Let SQLite keep the ids of what goes in a file: those of all messages fill no memory.

    The connection is closed in the end, not used again: where reading breaks off, an open result
    lets no setting of it be changed.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA temp_store=FILE")
    connection.detach()
