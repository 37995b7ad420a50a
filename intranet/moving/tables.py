"""The tables that are moved, and the text in which their rows travel and are compared.

A row is a line of PostgreSQL's text format of `COPY`. Each database writes its rows as the same
bytes, in the order of their keys, so that a hash of the lines compares two tables exactly.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.types import JSON, TypeEngine

REVISION = "alembic_version"
NULL = b"\\N"
ESCAPES = {
    ord("b"): b"\b",
    ord("f"): b"\f",
    ord("n"): b"\n",
    ord("r"): b"\r",
    ord("t"): b"\t",
    ord("v"): b"\v",
}

Progress = Callable[[str, int, int], object]
"""Called with the stage, the amount that is done, and the total."""

Key = tuple[str, ...]
"""The primary key of a row, as text."""


class MoveError(Exception):
    """The installation cannot be moved, or not now; the text is the whole message."""


class BadRowError(MoveError):
    """A row that the other database cannot store."""

    def __init__(self, table: "TableShape", line: bytes, why: str) -> None:
        """Name the row by its table and key, never by its content."""
        key = ", ".join(
            f"{name} {value}" for name, value in zip(table.key, table.key_of(line), strict=True)
        )
        super().__init__(
            f"A row of {table.name} ({key}) {why}. Nothing was changed here: correct the row, "
            "then run the same command again."
        )


class ColumnForm(StrEnum):
    """The form in which a column is written."""

    TEXT = "text"
    UUID = "uuid"
    INSTANT = "timestamptz"
    LOCAL_TIME = "timestamp"
    DATE = "date"
    INTEGER = "bigint"
    BOOLEAN = "boolean"
    DOUBLE = "double precision"


FORMS: Sequence[tuple[type[Any], ColumnForm]] = (
    (Uuid, ColumnForm.UUID),
    (Boolean, ColumnForm.BOOLEAN),
    (Integer, ColumnForm.INTEGER),
    (Double, ColumnForm.DOUBLE),
    (Date, ColumnForm.DATE),
    (JSON, ColumnForm.TEXT),
    (String, ColumnForm.TEXT),
)


@dataclass(frozen=True)
class TableShape:
    """A table: its columns with their forms, in order, and the columns of its key."""

    name: str
    columns: Mapping[str, ColumnForm]
    key: tuple[str, ...]

    def key_of(self, line: bytes) -> Key:
        """Return the key of a row."""
        fields = line.split(b"\t")
        names = list(self.columns)
        return tuple(
            unescaped(fields[names.index(name)]).decode(errors="backslashreplace")
            for name in self.key
        )


def shape_of(table: Table) -> TableShape:
    """Return the shape of a table."""
    columns = {column.name: _form(column) for column in table.columns}
    return TableShape(table.name, columns, tuple(column.name for column in table.primary_key))


def shapes(metadata: MetaData) -> list[TableShape]:
    """Return the shapes of all tables, those that others refer to first."""
    return [shape_of(table) for table in metadata.sorted_tables]


def lines_of(chunk: bytes) -> list[bytes]:
    """Split a chunk into its rows."""
    return chunk.split(b"\n")[:-1]


def unescaped(field: bytes) -> bytes:
    """Return the text of a field that is not null."""
    if b"\\" not in field:
        return field
    first, *rest = field.split(b"\\")
    parts, is_backslash = [first], False
    for part in rest:
        if is_backslash:  # the second of two
            parts.append(part)
            is_backslash = False
        elif part:
            parts.append(ESCAPES[part[0]] + part[1:])
        else:
            parts.append(b"\\")
            is_backslash = True
    return b"".join(parts)


def values_of(line: bytes) -> Iterator[str | None]:
    """Yield the fields of a row as text."""
    for field in line.split(b"\t"):
        yield None if field == NULL else unescaped(field).decode()


def unknown(names: Iterable[str], known: Iterable[TableShape]) -> list[str]:
    """Return the names of tables that are neither ours nor of full-text search, sorted."""
    ours = {table.name for table in known} | {REVISION}
    return sorted(
        name for name in names if name not in ours and "_fts" not in name and name[:6] != "moving"
    )


def _form(column: Column[object]) -> ColumnForm:
    kind: TypeEngine[object] = column.type
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, DateTime):
        return ColumnForm.INSTANT if kind.timezone else ColumnForm.LOCAL_TIME
    for each, form in FORMS:
        if isinstance(kind, each):
            return form
    raise MoveError(f"{column.table.name}.{column.name} has a type that cannot be moved yet.")
