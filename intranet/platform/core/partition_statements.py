"""The indexes and foreign keys of a PostgreSQL table, and statements that make them anew."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from psycopg import sql

from intranet.extensions import db
from intranet.platform.core.errors import Unavailable

LOCK_MILLISECONDS = 1_500
"""More than `deadlock_timeout`, after which PostgreSQL ends a cleaning that holds the table."""

MAX_TRIES, PAUSE_SECONDS = 60, 2
_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND
"""
_INDEXES = """
    SELECT relname, indisunique, pg_get_indexdef(indexrelid),
        pg_get_constraintdef(pg_constraint.oid),
        ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey))
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    LEFT JOIN pg_constraint ON conindid = indexrelid AND contype IN ('p', 'u')
    WHERE indrelid = %s::regclass
"""


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key: its table, its name, and what it says."""

    on_table: str
    name: str
    definition: str

    def add(self, connection: psycopg.Connection[Any], table: str) -> None:
        """Add it to a table that is empty."""
        run(connection, f"ALTER TABLE {{}} ADD CONSTRAINT {{}} {self._said}", table, self.name)

    def add_unchecked(self, connection: psycopg.Connection[Any], table: str) -> None:
        """Add it for rows to come; those that are there wait for `VALIDATE CONSTRAINT`."""
        added = f"ALTER TABLE {{}} ADD CONSTRAINT {{}} {self._said} NOT VALID"
        run(connection, added, table, self.name)

    def drop(self, connection: psycopg.Connection[Any], table: str) -> None:
        """Drop it."""
        run(connection, "ALTER TABLE {} DROP CONSTRAINT {}", table, self.name)

    @property
    def _said(self) -> str:
        return self.definition.removesuffix(" NOT VALID")


@dataclass(frozen=True)
class TableIndex:
    """An index; `constraint` is what its constraint says, if it has one."""

    name: str
    is_unique: bool
    definition: str
    constraint: str | None
    columns: Sequence[str]


@contextmanager
def connected() -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection of the driver, on which each statement is a transaction of its own."""
    with db.engine.connect() as connection:
        yield cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def run(connection: psycopg.Connection[Any], statement: str, *names: str) -> None:
    """Execute a statement with these names, quoted, in its brackets."""
    composed = sql.SQL(statement).format(*map(sql.Identifier, names))
    connection.execute(composed)


def exchange_locked(connection: psycopg.Connection[Any], step: Callable[[], None]) -> None:
    """Do a step in one transaction, again and again until it gets its locks soon enough.

    While it waits for a lock, all others wait behind it, so it never waits for long.

    Raises:
        Unavailable: it did not get them within minutes.
    """
    for attempt in range(MAX_TRIES):
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
                step()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            if attempt + 1 == MAX_TRIES:
                raise Unavailable from error
            time.sleep(PAUSE_SECONDS)
        else:
            return


def is_cut(connection: psycopg.Connection[Any], table: str) -> bool:
    """Return whether a table has partitions."""
    kind = "SELECT relkind FROM pg_class WHERE oid = %s::regclass"
    found = connection.execute(kind, [table]).fetchone()
    return found == ("p",)


def foreign_keys(
    connection: psycopg.Connection[Any], condition: str, *tables: str
) -> list[ForeignKey]:
    """Return the foreign keys that meet a condition on `pg_constraint`."""
    found = connection.execute(_FOREIGN_KEYS + condition, tables)
    return [ForeignKey(*row) for row in found.fetchall()]


def indexes_of(connection: psycopg.Connection[Any], table: str) -> list[TableIndex]:
    """Return the indexes of a table."""
    return [TableIndex(*row) for row in connection.execute(_INDEXES, [table]).fetchall()]


def add_as(
    connection: psycopg.Connection[Any], table: str, indexes: Sequence[TableIndex], *, key: str
) -> None:
    """Give a table with partitions these indexes, so that those of its partitions belong to them.

    What is unique without the key of the partitions can be so within each of them only.
    """
    for index in indexes:
        if not index.constraint:
            how = index.definition.split(" USING ", 1)[1]
            unique = "UNIQUE " if index.is_unique else ""
            run(connection, f"CREATE {unique}INDEX {{}} ON {{}} USING {how}", index.name, table)
        elif key in index.columns:
            added = f"ALTER TABLE {{}} ADD CONSTRAINT {{}} {index.constraint}"
            run(connection, added, table, index.name)
