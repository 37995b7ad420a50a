"""PostgreSQL as the database that a move leaves."""

# ruff: noqa: S608 - the names in the statements are those of our own tables

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.rows import dict_row

from intranet.moving.database import CHANGES
from intranet.moving.postgresql import PostgresqlDatabase, having_keys, select_lines, written
from intranet.moving.tables import MoveError, TableShape
from intranet.platform.core.read_only import REFUSAL, TABLE

LOCK_ATTEMPTS = 60
PAUSE_SECONDS = 0.5
MAKE_TABLES = (
    f"""
    CREATE TABLE {TABLE} (
        id text, begins_at text, minutes integer, is_closed integer, moved_to text
    )
    """,
    f"CREATE TABLE {CHANGES} (number bigserial PRIMARY KEY, name text, key text)",
    f"""
    CREATE FUNCTION moving_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
    """,
)

TRIGGERED_TABLES = """
    SELECT pg_class.relname FROM pg_trigger JOIN pg_class ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_trigger.tgname = %(name)s AND pg_trigger.tgparentid = 0
    AND pg_class.relnamespace = current_schema()::regnamespace
"""
"""Tables with such a trigger, of partitioned ones the whole; whatever tables this version knows."""

NOTING_FUNCTIONS = """
    SELECT proname FROM pg_proc
    WHERE starts_with(proname, 'moving_note_') AND pronamespace = current_schema()::regnamespace
"""


class PostgresqlSource(PostgresqlDatabase):
    """A database that is left. Each table is changed by itself, so that few writers wait."""

    def state(self) -> Mapping[str, Any] | None:
        """Return the row of the move that is under way, if any."""
        if TABLE not in self.table_names():
            return None
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(
                f"SELECT id, begins_at, minutes, moved_to FROM {TABLE}"
            ).fetchone()

    def begin(self, move_id: str, tables: Sequence[TableShape]) -> None:
        """Note every change from now on.

        Each table is begun by itself, so that it waits for no other than its own writers.
        """
        with self.transaction():
            for statement in MAKE_TABLES:
                self.execute(statement)
        for table in tables:
            self.execute(_noting_function(table))
            self._patiently(
                "CREATE OR REPLACE TRIGGER moving_note AFTER INSERT OR UPDATE OR DELETE "
                f'ON "{table.name}" FOR EACH ROW EXECUTE FUNCTION "moving_note_{table.name}"()'
            )
        self.execute(f"INSERT INTO {TABLE} (id) VALUES (%(id)s)", id=move_id)

    def announce(self, begins_at: str | None, minutes: int) -> None:
        """Say when nothing can be written, as text in ISO 8601; None takes it back."""
        statement = f"UPDATE {TABLE} SET begins_at = %(at)s, minutes = %(minutes)s"
        self.execute(statement, at=begins_at, minutes=minutes)

    def refuse_writes(self, tables: Sequence[TableShape]) -> None:
        """Refuse every write from now on, once those under way in each table have ended."""
        self.execute(f"UPDATE {TABLE} SET is_closed = 1")
        for table in tables:
            self._patiently(
                "CREATE OR REPLACE TRIGGER moving_refuse BEFORE INSERT OR UPDATE OR DELETE "
                f'ON "{table.name}" FOR EACH STATEMENT EXECUTE FUNCTION moving_refuse()'
            )

    def accept_writes(self) -> None:
        """Accept writes again; they are noted as before."""
        self.execute(f"UPDATE {TABLE} SET is_closed = NULL")
        self._drop_triggers("moving_refuse")

    def leave(self, kind: str) -> None:
        """Remember where the installation moved to."""
        self.execute(f"UPDATE {TABLE} SET moved_to = %(kind)s", kind=kind)

    def forget(self) -> None:
        """Remove all that a move added, so that it can be written again."""
        self.accept_writes()
        self._drop_triggers("moving_note")
        with self.transaction():
            for (name,) in self.execute(NOTING_FUNCTIONS).fetchall():
                self.execute(f'DROP FUNCTION "{name}"()')
            self.execute("DROP FUNCTION moving_refuse()")
            self.execute(f"DROP TABLE {CHANGES}, {TABLE}")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """See one state of the database within the block."""
        self.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            with self.connection.transaction():
                yield
        finally:
            self.connection.isolation_level = None

    def changes(self) -> tuple[list[int], dict[str, list[str]]]:
        """Return the numbers of the changes, and the keys of changed rows as JSON by table."""
        numbers: list[int] = []
        keys: dict[str, dict[str, None]] = {}
        for number, name, key in self.execute(f"SELECT number, name, key FROM {CHANGES}"):
            numbers.append(number)
            keys.setdefault(name, {})[key] = None
        return numbers, {name: list(found) for name, found in keys.items()}

    def changed_lines(self, table: TableShape, keys: Sequence[str]) -> bytes:
        """Return the rows with these keys, as they are now."""
        return b"".join(
            self.copied(f"{select_lines(table)} {having_keys(table)}", {"keys": list(keys)})
        )

    def forget_changes(self, numbers: Sequence[int]) -> None:
        """Remove changes that are copied. Others may have lower numbers: they were stored later."""
        self.execute(
            f"DELETE FROM {CHANGES} WHERE number = ANY(%(numbers)s)", numbers=list(numbers)
        )

    def _drop_triggers(self, name: str) -> None:
        for (table,) in self.execute(TRIGGERED_TABLES, name=name).fetchall():
            self._patiently(f'DROP TRIGGER IF EXISTS {name} ON "{table}"')

    def _patiently(self, statement: str) -> None:
        """Change a table, without making its readers wait for a writer that takes long."""
        for _attempt in range(LOCK_ATTEMPTS):
            try:
                self.execute(statement)
            except (errors.LockNotAvailable, errors.DeadlockDetected):
                time.sleep(PAUSE_SECONDS)
            else:
                return
        raise MoveError("A table stayed in use by a long transaction: try again later.")


def _noting_function(table: TableShape) -> str:
    """Return the function that notes the key of a changed row, before and after."""

    def noted(side: str) -> str:
        parts = (written(f'{side}."{name}"', table.columns[name]) for name in table.key)
        values = f"'{table.name}', json_build_array({', '.join(parts)})::text"
        return f"INSERT INTO {CHANGES} (name, key) SELECT {values};"

    return f"""
        CREATE OR REPLACE FUNCTION "moving_note_{table.name}"() RETURNS trigger
        LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP <> 'INSERT' THEN {noted("OLD")} END IF;
            IF TG_OP <> 'DELETE' THEN {noted("NEW")} END IF;
            RETURN NULL;
        END $$
    """
