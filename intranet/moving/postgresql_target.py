"""PostgreSQL as the database that a move fills."""

# ruff: noqa: S608 - the names in the statements are those of our own tables

import re
from collections.abc import Container, Iterator, Sequence
from typing import Any, cast

from psycopg import DataError, IntegrityError, errors

from intranet.moving.database import PROGRESS
from intranet.moving.postgresql import PostgresqlDatabase, having_keys, said
from intranet.moving.tables import (
    REVISION,
    BadRowError,
    ColumnForm,
    MoveError,
    TableShape,
    lines_of,
)

MIN_VERSION = 150_000
INDEXES, REFERENCES = "index", "reference"
ORDER = {"i": INDEXES, "u": INDEXES, "f": REFERENCES}
LINE = re.compile(r"COPY \w+, line (\d+)")
CANNOT_STORE = {
    errors.CharacterNotInRepertoire: "has text that is no valid Unicode",
    errors.UntranslatableCharacter: "has text that is no valid Unicode",
    errors.StringDataRightTruncation: "has text that is too long",
    errors.NumericValueOutOfRange: "has a number that is too large",
    errors.InvalidTextRepresentation: "has a value of another type",
    errors.InvalidDatetimeFormat: "has a time that cannot be read",
    errors.DatetimeFieldOverflow: "has a time that cannot be stored",
    errors.NotNullViolation: "lacks a value",
}
BUILT = """
    SELECT conrelid::regclass::text AS name, quote_ident(conname) AS item, contype::text AS kind,
        format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
            pg_get_constraintdef(oid)) AS statement
    FROM pg_constraint WHERE contype IN ('f', 'u') AND connamespace = current_schema()::regnamespace
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text, 'i', pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
    ORDER BY kind, name
"""


class PostgresqlTarget(PostgresqlDatabase):
    """A database that is filled."""

    def require_fitting(self, move_id: str | None) -> None:
        """Refuse a database that holds something else, or cannot hold what is moved."""
        if self.connection.info.server_version < MIN_VERSION:
            raise MoveError("The database is older than PostgreSQL 15: use 15 or later.")
        if (encoding := self.value("SHOW server_encoding")) != "UTF8":
            raise MoveError(
                f"The database stores text as {encoding}: make one with --encoding UTF8 "
                "--template template0."
            )
        if self.value(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::bool"
        ):
            raise MoveError("The database can only be read: name its primary.")
        if not self.value("SELECT has_schema_privilege(current_schema(), 'CREATE')"):
            raise MoveError(
                "This user may not make tables there: make it the owner of the database."
            )
        names = list(self.table_names())
        if names and (move_id is None or self.owner() != move_id):
            raise MoveError(
                f"The database holds {len(names)} tables: an installation moves into an empty one."
            )

    def owner(self) -> str | None:
        """Return the id of the move that fills it, if any."""
        return self.noted("move") if PROGRESS in self.table_names() else None

    def claim(self, move_id: str) -> None:
        """Note whose it is, before there are tables."""
        with self.transaction():
            self.execute(
                f"CREATE TABLE IF NOT EXISTS {PROGRESS} (name text PRIMARY KEY, value text)"
            )
            self.note("move", move_id)

    def prepare(self, revision: str) -> None:
        """Set indexes and keys aside, and the revision, so that no server starts on it.

        Without them rows are stored in a third of the time, and in any order.
        """
        with self.transaction():
            self._set_aside(ORDER)
            self.execute(f"DELETE FROM {REVISION}")
            self.note("revision", revision)

    def set_keys_aside(self) -> None:
        """Set the references between tables aside, so that rows can come in any order."""
        with self.transaction():
            self._set_aside("f")

    def noted(self, name: str) -> str | None:
        """Return what was noted of the progress."""
        found = self.value(f"SELECT value FROM {PROGRESS} WHERE name = %(name)s", name=name)
        return None if found is None else str(found)

    def note(self, name: str, value: str) -> None:
        """Note progress, within a transaction."""
        self.execute(
            f"INSERT INTO {PROGRESS} VALUES (%(name)s, %(value)s) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name=name,
            value=value,
        )

    def put(self, table: TableShape, chunk: bytes) -> None:
        """Store rows, within a transaction.

        Raises:
            BadRowError: one of them cannot be stored.
        """
        columns = ", ".join(f'"{name}"' for name in table.columns)
        statement = f'COPY "{table.name}" ({columns}) FROM STDIN'
        try:
            with self.connection.cursor() as cursor, cursor.copy(cast("Any", statement)) as copy:
                copy.write(chunk)
        except (DataError, errors.NotNullViolation) as error:
            why = CANNOT_STORE.get(type(error), "has a value that PostgreSQL does not accept")
            found = LINE.search(error.diag.context or "")
            number = int(found[1]) if found else 1
            raise BadRowError(table, lines_of(chunk)[number - 1], why) from None

    def remove(self, table: TableShape, keys: Sequence[str]) -> None:
        """Delete the rows with these keys, as JSON, within a transaction."""
        self.execute(f'DELETE FROM "{table.name}" {having_keys(table)}', keys=list(keys))

    def build_indexes(self) -> Iterator[tuple[int, int]]:
        """Make the indexes; yield how many are made, and how many there are."""
        yield from self._build(INDEXES)
        self.execute("VACUUM (ANALYZE)")

    def build_keys(self, tables: Sequence[TableShape]) -> None:
        """Make the references between tables and check them, and set what counts up."""
        for _number in self._build(REFERENCES):
            pass
        for table in tables:
            for name in table.key:
                if table.columns[name] is ColumnForm.INTEGER:
                    self.execute(
                        f'SELECT setval(sequence, coalesce((SELECT max("{name}") FROM '
                        f'"{table.name}"), 0) + 1, false) FROM '
                        f"pg_get_serial_sequence('{table.name}', '{name}') AS sequence "
                        "WHERE sequence IS NOT NULL"
                    )

    def finish(self) -> None:
        """Write the revision, with which a server starts on it, and forget the progress."""
        with self.transaction():
            revision = self.noted("revision")
            self.execute(f"INSERT INTO {REVISION} VALUES (%(revision)s)", revision=revision)
            self.execute(f"DROP TABLE {PROGRESS}")

    def _set_aside(self, kinds: Container[str]) -> None:
        for table, name, kind, statement in self.execute(BUILT).fetchall():
            if kind in kinds:
                self.note(f"{ORDER[kind]} {table} {name}", statement)
                is_index = kind == "i"
                self.execute(
                    f"DROP INDEX {name}"
                    if is_index
                    else f"ALTER TABLE {table} DROP CONSTRAINT {name}"
                )

    def _build(self, kind: str) -> Iterator[tuple[int, int]]:
        waiting = self.execute(
            f"SELECT name, value FROM {PROGRESS} WHERE name LIKE %(kind)s ORDER BY name",
            kind=f"{kind} %",
        ).fetchall()
        for number, (name, statement) in enumerate(waiting, 1):
            try:
                with self.transaction():
                    self.execute(statement)
                    self.execute(f"DELETE FROM {PROGRESS} WHERE name = %(name)s", name=name)
            except IntegrityError as error:
                raise MoveError(f"The rows do not fit together: {said(error)}.") from None
            yield number, len(waiting)
