"""SQLite as the database that a move fills."""

# ruff: noqa: S608 - the names in the statements are those of our own tables

from collections.abc import Iterator, Sequence

from intranet.moving.database import PROGRESS
from intranet.moving.sqlite import SqliteDatabase, having_keys, json_array, listed
from intranet.moving.tables import (
    REVISION,
    ColumnForm,
    MoveError,
    TableShape,
    lines_of,
    values_of,
)


class SqliteTarget(SqliteDatabase):
    """A file that is filled."""

    def require_fitting(self, move_id: str | None) -> None:
        """Refuse a file that holds something else."""
        names = list(self.table_names())
        if names and (move_id is None or self.owner() != move_id):
            raise MoveError(f"{self.path} is there already: name a file that is not there yet.")

    def owner(self) -> str | None:
        """Return the id of the move that fills it, if any."""
        return self.noted("move") if PROGRESS in self.table_names() else None

    def claim(self, move_id: str) -> None:
        """Note whose it is, before there are tables."""
        with self.transaction():
            statement = f"CREATE TABLE IF NOT EXISTS {PROGRESS} (name TEXT PRIMARY KEY, value TEXT)"
            self.connection.execute(statement)
            self.note("move", move_id)

    def prepare(self, revision: str) -> None:
        """Set the indexes aside, and the revision, so that no server starts on it."""
        with self.transaction():
            made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
            found = [(name.decode(), sql.decode()) for name, sql in self.connection.execute(made)]
            for name, sql in found:
                self.note(f"index {name}", sql)
                self.connection.execute(f'DROP INDEX "{name}"')
            self.connection.execute(f"DELETE FROM {REVISION}")
            self.note("revision", revision)

    def set_keys_aside(self) -> None:
        """Do nothing: this connection does not enforce references."""

    def noted(self, name: str) -> str | None:
        """Return what was noted of the progress."""
        found = self.column(f"SELECT value FROM {PROGRESS} WHERE name = ?", name)
        return found[0].decode() if found else None

    def note(self, name: str, value: str) -> None:
        """Note progress, within a transaction."""
        statement = f"INSERT OR REPLACE INTO {PROGRESS} VALUES (?, ?)"
        self.connection.execute(statement, [name, value])

    def put(self, table: TableShape, chunk: bytes) -> None:
        """Store rows, within a transaction.

        A row may have a value that has to be unique and that an older copy of another one still
        has. That one was changed meanwhile, and is copied again.
        """
        self.connection.executemany(
            f'INSERT OR REPLACE INTO "{table.name}" ({listed(table.columns)}) '
            f"VALUES ({', '.join('?' * len(table.columns))})",
            (tuple(_stored(table, line)) for line in lines_of(chunk)),
        )

    def remove(self, table: TableShape, keys: Sequence[str]) -> None:
        """Delete the rows with these keys, as JSON, within a transaction."""
        statement = f'DELETE FROM "{table.name}" {having_keys(table)}'
        self.connection.execute(statement, [json_array(keys)])

    def build_indexes(self) -> Iterator[tuple[int, int]]:
        """Make the indexes; yield how many are made, and how many there are."""
        asked = f"SELECT name, value FROM {PROGRESS} WHERE name LIKE 'index %' ORDER BY name"
        waiting = self.connection.execute(asked).fetchall()
        for number, (name, statement) in enumerate(waiting, 1):
            with self.transaction():
                self.connection.execute(statement.decode())
                self.connection.execute(f"DELETE FROM {PROGRESS} WHERE name = ?", [name.decode()])
            yield number, len(waiting)
        self.connection.execute("ANALYZE")

    def build_keys(self, tables: Sequence[TableShape]) -> None:  # noqa: ARG002 - nothing counts up
        """Check the references between tables."""
        if broken := self.connection.execute("PRAGMA foreign_key_check").fetchone():
            raise MoveError(f"A row of {broken[0].decode()} refers to one that is not there.")

    def finish(self) -> None:
        """Write the revision, with which a server starts on it, and forget the progress."""
        with self.transaction():
            revision = self.noted("revision")
            self.connection.execute(f"INSERT INTO {REVISION} VALUES (?)", [revision])
            self.connection.execute(f"DROP TABLE {PROGRESS}")


def _stored(table: TableShape, line: bytes) -> Iterator[str | float | None]:
    """Yield the values of a row. SQLite itself reads some numbers wrong in their last digit."""
    for value, form in zip(values_of(line), table.columns.values(), strict=True):
        yield float(value) if value is not None and form is ColumnForm.DOUBLE else value
