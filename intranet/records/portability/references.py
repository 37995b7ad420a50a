"""References out of what goes: each becomes a stub, is emptied, or keeps its row from going."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table, select

from intranet.records.portability.decisions import GOES, STUBBED
from intranet.records.portability.scope import TABLES, Scope
from intranet.records.portability.snapshot import ROWS_AT_ONCE

Row = dict[str, Any]


class References:
    """Knows the ids that go, and gathers the stubs that are needed."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        """Read the ids of every table to which something that goes may refer."""
        self._ids: dict[str, set[bytes]] = {}
        self.stubs: dict[str, set[UUID]] = {name: set() for name in STUBBED}
        self.emptied: Counter[str] = Counter()
        for name in sorted(_referred(scope)):
            key = next(iter(TABLES[name].primary_key))
            found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(
                select(key).where(scope.condition(name))
            )
            self._ids[name] = {row[0].bytes for row in found}

    def has(self, table: str, row_id: UUID) -> bool:
        """Return whether a row of a table goes whole."""
        return row_id.bytes in self._ids.get(table, ())

    def ids(self, table: str) -> int:
        """Return how many rows of a table go."""
        return len(self._ids.get(table, ()))

    def add_places(self, ids: set[bytes]) -> None:
        """Count the places of others' messages among the messages that can be referred to."""
        self._ids.setdefault("messages", set()).update(ids)

    def checker(self, table: Table) -> Callable[[Row], bool]:
        """Return a function that mends a row's references, and tells whether the row can go."""
        columns = [
            (column, key.column.table.name)
            for column in table.c
            for key in column.foreign_keys
            if key.column.table.name != "functions"
        ]

        def mended(row: Row) -> bool:
            return all(self._mend(table, row, column, target) for column, target in columns)

        return mended

    def _mend(self, table: Table, row: Row, column: Column[Any], target: str) -> bool:
        value = row.get(column.name)
        if value is None or self.has(target, value):
            return True
        if target in STUBBED:
            self.stubs[target].add(value)
            return True
        if not column.nullable:
            return False
        row[column.name] = None
        self.emptied[f"{table.name}.{column.name}"] += 1
        return True


def _referred(scope: Scope) -> set[str]:
    found = {
        key.column.table.name
        for name in GOES
        if scope.has(name)
        for column in TABLES[name].c
        for key in column.foreign_keys
    }
    # A key of two columns is never referred to.
    return {name for name in found if name in GOES and scope.has(name)}
