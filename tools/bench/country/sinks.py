"""Bulk loading of rows in bounded memory.

PostgreSQL takes them by COPY, with one connection for each table; SQLite in large transactions.
Indexes and keys are created after the load, which also checks the data.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Engine, Table

from intranet.extensions import Model
from tools.bench.country.raw import instant, milliseconds

BATCH_SIZE = 10_000
REPORTED_FROM_SECONDS = 10
Row = tuple[Any, ...]
Add = Callable[[Row], None]


class Sink:
    """A bulk loader for rows of many tables, with values in the formats of `raw`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open = ExitStack()
        self._flushes: list[Callable[[], None]] = []
        self._sqlite: Any = None
        if engine.dialect.name == "sqlite":
            connection = engine.raw_connection()
            self._open.callback(connection.invalidate)  # these settings must not reach the pool
            self._sqlite = connection.driver_connection
            for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
                self._sqlite.execute(f"PRAGMA {pragma}")
            self._sqlite.execute("BEGIN IMMEDIATE")

    def into(self, model: type[Model], *names: str) -> Add:
        """Return a function that loads rows of these columns; other columns get their defaults."""
        table: Table = model.__table__  # type: ignore[assignment]
        given = set(names)
        others = [each for each in table.columns if each.name not in given]
        usual = {each.name: _default(each) for each in others if each.default is not None}
        columns = [*names, *usual]
        rest = tuple(usual.values())
        if self._engine.dialect.name == "sqlite":
            return self._insert(table.name, columns, rest)
        return self._copy(table.name, columns, rest)

    def close(self) -> None:
        """Write the remaining rows, and commit."""
        for flush in self._flushes:
            flush()
        if self._engine.dialect.name == "sqlite":
            self._sqlite.execute("COMMIT")
        self._open.close()

    def _copy(self, table: str, columns: list[str], rest: Row) -> Add:
        connection = self._engine.raw_connection()
        self._open.callback(connection.close)
        driver: Any = connection.driver_connection
        driver.autocommit = True
        driver.execute("SET timezone = 'UTC'")
        copying = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        copy = self._open.enter_context(driver.cursor().copy(copying))
        if not rest:
            write: Add = copy.write_row
            return write
        return lambda row: copy.write_row(row + rest)

    def _insert(self, table: str, columns: list[str], rest: Row) -> Add:
        asked = (
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({','.join('?' * len(columns))})"  # noqa: S608 - names of our own
        )
        waiting: list[Row] = []

        def flush() -> None:
            self._sqlite.executemany(asked, waiting)
            waiting.clear()

        def add(row: Row) -> None:
            waiting.append(row + rest)
            if len(waiting) >= BATCH_SIZE:
                flush()

        self._flushes.append(flush)
        return add


def _default(column: Column[Any]) -> Any:
    given: Any = column.default
    value = given.arg(None) if given.is_callable else given.arg
    if isinstance(value, datetime):
        return instant(milliseconds(value))
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, StrEnum):
        return value.value
    return json.dumps(value) if isinstance(value, (list, dict)) else value


@contextmanager
def without_indexes(
    engine: Engine, tables: list[str], say: Callable[[str], object]
) -> Iterator[None]:
    """Drop the indexes of these tables, and create them again after the block.

    On PostgreSQL this includes primary keys, foreign keys and unique constraints; SQLite keeps
    those with the table.
    """
    connection = engine.raw_connection()
    driver: Any = connection.driver_connection
    on_sqlite = engine.dialect.name == "sqlite"
    if not on_sqlite:
        driver.autocommit = True
        driver.execute("SET maintenance_work_mem = '1GB'")
    away, again = (_of_sqlite if on_sqlite else _of_postgresql)(driver, tables)
    for statement in away:
        driver.execute(statement)
    yield
    for statement in again:
        began = time.perf_counter()
        driver.execute(statement)
        taken = time.perf_counter() - began
        if taken > REPORTED_FROM_SECONDS:
            say(f"    {taken:4.0f} s  {statement[:100]}")
    connection.close()


def _of_sqlite(driver: Any, tables: list[str]) -> tuple[list[str], list[str]]:
    """Return the statements that drop the indexes, and those that create them again."""
    made = driver.execute(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql > ''"
    ).fetchall()
    mine = [(name, statement) for name, table, statement in made if table in tables]
    return [f"DROP INDEX {name}" for name, _made in mine], [each for _name, each in mine]


def _of_postgresql(driver: Any, tables: list[str]) -> tuple[list[str], list[str]]:
    """Return the statements that drop indexes and constraints, and those that create them again.

    Foreign keys are created last.
    """
    keys = driver.execute(
        "SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE contype IN ('p', 'u', 'f')"
        " AND (conrelid::regclass::text = ANY(%(tables)s)"
        " OR contype = 'f' AND confrelid::regclass::text = ANY(%(tables)s))"
        " ORDER BY contype = 'f', contype = 'u', 1, 2",
        {"tables": tables},
    ).fetchall()
    indexes = driver.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%(tables)s)",
        {"tables": tables},
    ).fetchall()
    names = {name for _table, name, _kind, _made in keys}
    own = [(name, made) for name, made in indexes if name not in names]
    away = [f"DROP INDEX {name}" for name, _made in own]
    away += [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _k, _m in keys[::-1]]
    adding = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}" for table, name, _k, made in keys]
    first = sum(kind != "f" for _table, _name, kind, _made in keys)
    return away, [*adding[:first], *(made for _name, made in own), *adding[first:]]
