"""SQLite as the database that a move leaves, or fills."""

# ruff: noqa: S608 - the names in the statements are those of our own tables

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from intranet.moving.tables import (
    ESCAPES,
    REVISION,
    BadRowError,
    ColumnForm,
    Key,
    TableShape,
    lines_of,
)

BUSY_SECONDS = 60
MAX_CHUNK_BYTES = 8 * 1024 * 1024
ROWS_AT_ONCE = 20_000
SECONDS_TEXT = 19
"""The length of an instant that was written without microseconds."""

# None of these bytes can occur in UTF-8; `||` and CAST keep them.
BETWEEN, NOTHING, END = b"\xff", b"\xfe", b"\xfd"


class SqliteDatabase:
    """A database in a file."""

    kind = "SQLite"

    def __init__(self, path: Path) -> None:
        """Open the file, or make it."""
        self.path = path
        self.connection = sqlite3.connect(
            path, BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self.connection.text_factory = bytes
        self.connection.create_function("written_double", 1, _written_double, deterministic=True)
        for pragma in ("journal_mode=WAL", "foreign_keys=OFF", "recursive_triggers=ON"):
            self.connection.execute(f"PRAGMA {pragma}")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def lines(self, table: TableShape, after: Key | None, limit: int) -> bytes:
        """Return up to so many rows after a key, in the order of their keys; at least one."""
        key = listed(table.key)
        condition = f"WHERE ({key}) > ({', '.join('?' * len(table.key))})" if after else ""
        rows = self.connection.execute(
            f"{select_lines(table)} {condition} ORDER BY {key} LIMIT ?",
            (*(after or ()), limit),
        )
        return chunk_of(table, _up_to(rows, MAX_CHUNK_BYTES))

    def all_lines(self, table: TableShape) -> Iterator[bytes]:
        """Yield all rows in the order of their keys, in chunks."""
        after = None
        while chunk := self.lines(table, after, ROWS_AT_ONCE):
            yield chunk
            after = table.key_of(lines_of(chunk)[-1])

    def table_names(self) -> Iterable[str]:
        """Return the names of all tables."""
        names = self.column("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name.decode() for name in names]

    def revision(self) -> str:
        """Return the revision of the tables."""
        return str(self.column(f"SELECT version_num FROM {REVISION}")[0].decode())

    def count(self, table: TableShape) -> int:
        """Return the number of rows."""
        return int(self.column(f'SELECT count(*) FROM "{table.name}"')[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Store everything in the block, or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:  # a full disk has ended it already
                self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def column(self, statement: str, *values: str) -> list[Any]:
        """Return the only column of what a statement finds."""
        return [value for (value,) in self.connection.execute(statement, values)]


def listed(names: Iterable[str]) -> str:
    """Return the names of columns as a statement has them."""
    return ", ".join(f'"{name}"' for name in names)


def select_lines(table: TableShape) -> str:
    """Return the statement that writes rows as lines, without a condition."""
    fields = [
        f"ifnull({_written(name, form)}, CAST(X'{NOTHING.hex()}' AS TEXT))"
        for name, form in table.columns.items()
    ]
    line = f"||CAST(X'{BETWEEN.hex()}' AS TEXT)||".join(fields)
    return f'SELECT CAST({line} AS TEXT) FROM "{table.name}"'


def _written(name: str, form: ColumnForm) -> str:
    match form:
        case ColumnForm.INSTANT | ColumnForm.LOCAL_TIME:
            long = f"\"{name}\"||'.000000'"
            return f'CASE length("{name}") WHEN {SECONDS_TEXT} THEN {long} ELSE "{name}" END'
        case ColumnForm.DOUBLE:
            return f'written_double("{name}")'
    return f'"{name}"'


def _written_double(value: float | None) -> str | None:
    """Write a number as PostgreSQL does, but for those from 1e15 on, which we do not have."""
    return None if value is None else repr(float(value)).removesuffix(".0")


def _up_to(rows: Iterable[tuple[bytes]], most_bytes: int) -> list[bytes]:
    found, size = [], 0
    for (row,) in rows:
        found.append(row)
        size += len(row)
        if size >= most_bytes:
            break
    return found


def chunk_of(table: TableShape, rows: Sequence[bytes]) -> bytes:
    """Return rows of `select_lines` as lines.

    Raises:
        BadRowError: a row has a NUL character.
    """
    if not rows:
        return b""
    chunk = END.join((*rows, b""))
    for raw, escape in (
        (b"\\", b"\\\\"),
        *((raw, b"\\%c" % code) for code, raw in ESCAPES.items()),
    ):
        if raw in chunk:
            chunk = chunk.replace(raw, escape)
    chunk = chunk.replace(NOTHING, b"\\N").replace(BETWEEN, b"\t").replace(END, b"\n")
    if b"\0" in chunk:
        line = next(line for line in lines_of(chunk) if b"\0" in line)
        raise BadRowError(table, line, "has a NUL character, which PostgreSQL cannot store")
    return chunk


def json_array(keys: Sequence[str]) -> str:
    """Return the value of the condition `having_keys`."""
    return f"[{','.join(keys)}]"


def having_keys(table: TableShape) -> str:
    """Return the condition that a row has one of several keys."""
    values = ", ".join(f"value->>{number}" for number in range(len(table.key)))
    return f"WHERE ({listed(table.key)}) IN (SELECT {values} FROM json_each(?))"
