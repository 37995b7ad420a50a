"""SQLite as the database that a move leaves."""

# ruff: noqa: S608 - the names in the statements are those of our own tables

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from intranet.moving.database import CHANGES
from intranet.moving.sqlite import (
    SqliteDatabase,
    chunk_of,
    having_keys,
    json_array,
    select_lines,
)
from intranet.moving.tables import TableShape
from intranet.platform.core.read_only import REFUSAL, TABLE

ACTS = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}
MAKE_TABLES = (
    f"""
    CREATE TABLE {TABLE} (
        id TEXT, begins_at TEXT, minutes INTEGER, is_closed INTEGER, moved_to TEXT
    )
    """,
    f"CREATE TABLE {CHANGES} (number INTEGER PRIMARY KEY, name TEXT, key TEXT)",
)


class SqliteSource(SqliteDatabase):
    """A file that is left. One write transaction at a time makes each step exact."""

    def state(self) -> Mapping[str, Any] | None:
        """Return the row of the move that is under way, if any."""
        if TABLE not in self.table_names():
            return None
        asked = self.connection.execute(f"SELECT id, begins_at, minutes, moved_to FROM {TABLE}")
        names = [described[0] for described in asked.description]
        row = [each.decode() if isinstance(each, bytes) else each for each in asked.fetchone()]
        return dict(zip(names, row, strict=True))

    def begin(self, move_id: str, tables: Sequence[TableShape]) -> None:
        """Note every change from now on."""
        with self.transaction():
            for statement in MAKE_TABLES:
                self.connection.execute(statement)
            self.connection.execute(f"INSERT INTO {TABLE} (id) VALUES (?)", [move_id])
            for table in tables:
                for act, sides in ACTS.items():
                    keys = " UNION ".join(_key(table, side) for side in sides)
                    self.connection.execute(
                        f'CREATE TRIGGER "moving_{act}_{table.name}" AFTER {act} ON "{table.name}" '
                        f"BEGIN INSERT INTO {CHANGES} (name, key) {keys}; END"
                    )

    def announce(self, begins_at: str | None, minutes: int) -> None:
        """Say when nothing can be written, as text in ISO 8601; None takes it back."""
        with self.transaction():
            statement = f"UPDATE {TABLE} SET begins_at = ?, minutes = ?"
            self.connection.execute(statement, [begins_at, minutes])

    def refuse_writes(self, tables: Sequence[TableShape]) -> None:
        """Refuse every write from now on."""
        with self.transaction():
            self.connection.execute(f"UPDATE {TABLE} SET is_closed = 1")
            for table in tables:
                for act in ACTS:
                    self.connection.execute(
                        f'CREATE TRIGGER IF NOT EXISTS "moving_refuse_{act}_{table.name}" '
                        f'BEFORE {act} ON "{table.name}" '
                        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                    )

    def accept_writes(self) -> None:
        """Accept writes again; they are noted as before."""
        with self.transaction():
            self.connection.execute(f"UPDATE {TABLE} SET is_closed = NULL")
            self._drop_triggers("moving_refuse_*")

    def leave(self, kind: str) -> None:
        """Remember where the installation moved to."""
        with self.transaction():
            self.connection.execute(f"UPDATE {TABLE} SET moved_to = ?", [kind])

    def forget(self) -> None:
        """Remove all that a move added, so that it can be written again."""
        with self.transaction():
            self._drop_triggers("moving_*")
            self.connection.execute(f"DROP TABLE {CHANGES}")
            self.connection.execute(f"DROP TABLE {TABLE}")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See one state of the database within the block."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("ROLLBACK")

    def changes(self) -> tuple[list[int], dict[str, list[str]]]:
        """Return the numbers of the changes, and the keys of changed rows as JSON by table."""
        numbers: list[int] = []
        keys: dict[str, dict[str, None]] = {}
        asked = f"SELECT number, name, key FROM {CHANGES}"
        for number, name, key in self.connection.execute(asked):
            numbers.append(number)
            keys.setdefault(name.decode(), {})[key.decode()] = None
        return numbers, {name: list(found) for name, found in keys.items()}

    def changed_lines(self, table: TableShape, keys: Sequence[str]) -> bytes:
        """Return the rows with these keys, as they are now."""
        rows = self.connection.execute(
            f"{select_lines(table)} {having_keys(table)}", [json_array(keys)]
        )
        return chunk_of(table, [row for (row,) in rows])

    def forget_changes(self, numbers: Sequence[int]) -> None:
        """Remove changes that are copied; there are no others up to the last of them."""
        if numbers:
            with self.transaction():
                statement = f"DELETE FROM {CHANGES} WHERE number <= ?"
                self.connection.execute(statement, [max(numbers)])

    def _drop_triggers(self, pattern: str) -> None:
        """Drop the triggers that are there, whatever tables this version of the program knows."""
        asked = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB ?"
        for (name,) in self.connection.execute(asked, [pattern]).fetchall():
            self.connection.execute(f'DROP TRIGGER "{name.decode()}"')


def _key(table: TableShape, side: str) -> str:
    columns = ", ".join(f'{side}."{name}"' for name in table.key)
    return f"SELECT '{table.name}', json_array({columns})"
