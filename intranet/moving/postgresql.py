"""PostgreSQL as the database that a move leaves, or fills."""

# ruff: noqa: S608 - the names in the statements are those of our own tables

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import psycopg

from intranet.moving.tables import REVISION, ColumnForm, Key, MoveError, TableShape

LOCK = 7_114_305_227
"""One number for all who might fill the same database at once."""

CONNECT_SECONDS, LOCK_SECONDS = 10, 2
SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "maintenance_work_mem": "256MB",
    "lock_timeout": f"{LOCK_SECONDS}s",
}
INSTANT = "'YYYY-MM-DD HH24:MI:SS.US'"


class PostgresqlDatabase:
    """A database on a server. It is locked against a second move until the connection ends."""

    kind = "PostgreSQL"

    def __init__(self, url: str) -> None:
        """Connect.

        Raises:
            MoveError: it does not answer, or another move is using it.
        """
        try:
            self.connection = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS)
        except psycopg.Error as error:
            raise MoveError(f"The database does not answer: {said(error)}") from None
        for name, value in SETTINGS.items():
            self.execute(f"SET {name} = '{value}'")
        if not self.value(f"SELECT pg_try_advisory_lock({LOCK})"):
            self.close()
            raise MoveError("Another move is using this database: wait for its end.")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def lines(self, table: TableShape, after: Key | None, limit: int) -> bytes:
        """Return up to so many rows after a key, in the order of their keys."""
        condition, values = "", {}
        if after:
            values = {f"k{number}": value for number, value in enumerate(after)}
            given = (f"%(k{n})s::{table.columns[name]}" for n, name in enumerate(table.key))
            condition = f"WHERE ({_ordered(table)}) > ({', '.join(given)})"
        asked = f"{select_lines(table)} {condition} ORDER BY {_ordered(table)} LIMIT {limit}"
        return b"".join(self.copied(asked, values))

    def all_lines(self, table: TableShape) -> Iterator[bytes]:
        """Yield all rows in the order of their keys, in chunks."""
        return self.copied(f"{select_lines(table)} ORDER BY {_ordered(table)}", {})

    def table_names(self) -> Iterable[str]:
        """Return the names of all tables; partitions are part of theirs."""
        asked = """
            SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
            AND relnamespace = current_schema()::regnamespace
        """
        return [name for (name,) in self.execute(asked)]

    def revision(self) -> str:
        """Return the revision of the tables."""
        return str(self.value(f"SELECT version_num FROM {REVISION}"))

    def count(self, table: TableShape) -> int:
        """Return the number of rows."""
        return int(self.value(f'SELECT count(*) FROM "{table.name}"'))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Store everything in the block, or nothing."""
        with self.connection.transaction():
            yield

    def execute(self, statement: str, **values: object) -> psycopg.Cursor[Any]:
        """Execute a statement that is made of names of our own."""
        return self.connection.execute(cast("Any", statement), values or None)

    def value(self, statement: str, **values: object) -> Any:
        """Return the only value of what a statement finds; None without a row."""
        row = self.execute(statement, **values).fetchone()
        return row and row[0]

    def copied(self, statement: str, values: Mapping[str, object]) -> Iterator[bytes]:
        """Yield what a query finds as lines, in chunks."""
        asked = cast("Any", f"COPY ({statement}) TO STDOUT")
        with self.connection.cursor() as cursor, cursor.copy(asked, values) as copy:
            for block in copy:
                yield bytes(block)


def select_lines(table: TableShape) -> str:
    """Return the query whose rows `COPY` writes as lines, without a condition."""
    fields = ", ".join(written(f'"{name}"', form) for name, form in table.columns.items())
    return f'SELECT {fields} FROM "{table.name}"'


def having_keys(table: TableShape) -> str:
    """Return the condition that a row has one of several keys, each as JSON."""
    names = ", ".join(f'"{name}"' for name in table.key)
    values = (f"(key->>{n})::{table.columns[name]}" for n, name in enumerate(table.key))
    return f"WHERE ({names}) IN (SELECT {', '.join(values)} FROM unnest(%(keys)s::json[]) AS key)"


def written(column: str, form: ColumnForm) -> str:
    """Return the expression that writes a column as SQLite does."""
    match form:
        case ColumnForm.UUID:
            return f"replace({column}::text, '-', '')"
        case ColumnForm.INSTANT:
            return f"to_char({column} AT TIME ZONE 'UTC', {INSTANT})"
        case ColumnForm.LOCAL_TIME:
            return f"to_char({column}, {INSTANT})"
        case ColumnForm.BOOLEAN:
            return f"{column}::int"
    return column


def said(error: psycopg.Error) -> str:
    """Return what the server said, without values of rows."""
    return (error.diag.message_primary or str(error)).strip().splitlines()[0]


def _ordered(table: TableShape) -> str:
    return ", ".join(
        f'"{name}" COLLATE "C"' if table.columns[name] is ColumnForm.TEXT else f'"{name}"'
        for name in table.key
    )
