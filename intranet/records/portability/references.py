"""References out of what goes: each becomes a stub, is emptied, or keeps its row from going."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, insert, select

from intranet.records.portability.decisions import GOES, STUBBED
from intranet.records.portability.scope import TABLES, Scope
from intranet.records.portability.snapshot import ROWS_AT_ONCE, leaving
from intranet.records.portability.values import in_json

MESSAGES, PLACES = "messages", "places"
Row = dict[str, Any]


class References:
    """Knows the ids that go, as JSON writes them, and gathers the stubs that are needed.

    Those of messages stay in the database: there is no end to them.
    """

    def __init__(self, connection: Connection, scope: Scope) -> None:
        """Read the ids of every table to which something that goes may refer."""
        self._connection = connection
        self._ids: dict[str, set[str]] = {}
        self.stubs: dict[str, set[UUID]] = {name: set() for name in STUBBED}
        self.emptied: Counter[str] = Counter()
        for name in sorted(_referred(scope) - {MESSAGES}):
            key = next(iter(TABLES[name].primary_key))
            found = select(in_json(key)).where(scope.condition(name))
            # Not as options of the connection: they would stay with it, and it writes, too.
            options = {"yield_per": ROWS_AT_ONCE}
            self._ids[name] = set(connection.scalars(found, execution_options=options))

    def has(self, table: str, row_id: UUID | str) -> bool:
        """Return whether a row of a table goes whole."""
        if table == MESSAGES:
            return bool(self._messages([str(row_id)]))
        return str(row_id) in self._ids.get(table, ())

    def ids(self, table: str) -> int:
        """Return how many rows of a table go."""
        if table != MESSAGES:
            return len(self._ids.get(table, ()))
        counted = select(func.count()).where(leaving.c.kind == MESSAGES)
        return self._connection.scalar(counted) or 0

    def add_places(self, ids: Sequence[str]) -> None:
        """Count the places of others' messages among the messages that can be referred to."""
        rows = [{"kind": PLACES, "id": UUID(each)} for each in ids]
        self._connection.execute(insert(leaving), rows)

    def mender(self, table: Table) -> Callable[[list[Row]], list[Row]]:
        """Return a function that mends the references of rows, and returns those that can go.

        The columns by which rows go are sound.
        """
        columns = [
            (column.name, column.nullable, key.column.table.name)
            for column in table.c
            for key in column.foreign_keys
            if key.column.table.name != "functions" and column.name not in GOES[table.name]
        ]

        def mended(rows: list[Row]) -> list[Row]:
            for name, nullable, target in columns:
                known = self._known(target, (row[name] for row in rows))
                if odd := [row for row in rows if row[name] is not None and row[name] not in known]:
                    if target in STUBBED:
                        self.stubs[target].update(UUID(row[name]) for row in odd)
                    elif nullable:
                        self._empty(table.name, name, odd)
                    else:
                        rows = [row for row in rows if row[name] in known]
            return rows

        return mended

    def _known(self, target: str, ids: Iterable[str | None]) -> set[str]:
        """Return the ids of a table that go, or of messages those of the ids that do."""
        if target == MESSAGES:
            return self._messages(list({each for each in ids if each is not None}))
        return self._ids.get(target, set())

    def _messages(self, ids: list[str]) -> set[str]:
        if not ids:
            return set()
        wanted = select(in_json(leaving.c.id)).where(
            leaving.c.kind.in_((MESSAGES, PLACES)), leaving.c.id.in_(map(UUID, ids))
        )
        return set(self._connection.scalars(wanted))

    def _empty(self, table: str, name: str, rows: list[Row]) -> None:
        for row in rows:
            row[name] = None
        self.emptied[f"{table}.{name}"] += len(rows)


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
