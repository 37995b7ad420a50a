"""Rows of tables as lines of JSON, and back, the same from either database."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Enum,
    Integer,
    Table,
    Uuid,
)

from intranet.platform.core.types import LocalizedType, UTCDateTime
from intranet.records.portability.decisions import LEFT_OUT

Change = Callable[[Any], Any]


def columns_of(table: Table) -> list[Column[Any]]:
    """Return the columns that go, in their order; never one that the database reckons."""
    left_out = LEFT_OUT.get(table.name, frozenset())
    return [column for column in table.c if column.name not in left_out and column.computed is None]


def to_json(column: Column[Any]) -> Change | None:
    """Return how a value of a column is written; None if it is written as it is."""
    return next((change for kind, change in WRITTEN if isinstance(column.type, kind)), None)


def from_json(column: Column[Any]) -> Change | None:
    """Return how a value of a column is read again; None if it is taken as it is."""
    if isinstance(column.type, Enum):
        return column.type.enum_class
    return next((change for kind, change in READ if isinstance(column.type, kind)), None)


def _pairs(name: Mapping[str, str]) -> list[list[str]]:
    """Return a text in several languages as it is stored, in its order."""
    return [[tag, text] for tag, text in name.items()]


def writer_of(columns: list[Column[Any]]) -> Callable[[Any], dict[str, Any]]:
    """Return a function from a row, a sequence in this order, to an object of JSON."""
    steps = [(column.name, to_json(column)) for column in columns]

    def written(row: Any) -> dict[str, Any]:
        return {
            name: change(value) if change is not None and value is not None else value
            for (name, change), value in zip(steps, row, strict=True)
        }

    return written


def reader_of(table: Table) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return a function from an object of JSON to the values of a row.

    It raises `KeyError` for a name that is no column, `TypeError` or `ValueError` for a value that
    is none of its type.
    """
    steps = {column.name: from_json(column) for column in columns_of(table)}

    def read(line: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: change(value) if (change := steps[name]) and value is not None else value
            for name, value in line.items()
        }

    return read


def schema_of(column: Column[Any]) -> dict[str, Any]:
    """Return the JSON Schema of a column's values."""
    found = _schema_of(column)
    if column.nullable:
        return {"anyOf": [found, {"type": "null"}]} if found else {}
    return found


def _schema_of(column: Column[Any]) -> dict[str, Any]:
    kind = column.type
    if isinstance(kind, Enum):
        return {"enum": list(kind.enums)}
    found = next((schema for each, schema in SCHEMAS if isinstance(kind, each)), None)
    if found is not None:
        return dict(found)
    length = getattr(kind, "length", None)
    return {"type": "string", **({"maxLength": length} if length else {})}


WRITTEN: tuple[tuple[type[Any], Change], ...] = (
    (Uuid, str),
    (UTCDateTime, lambda value: value.isoformat()),
    (DateTime, lambda value: value.isoformat()),
    (Date, lambda value: value.isoformat()),
    (Enum, lambda value: value.value),
)
READ: tuple[tuple[type[Any], Change], ...] = (
    (Uuid, UUID),
    (UTCDateTime, datetime.fromisoformat),
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (LocalizedType, _pairs),
)
SCHEMAS: tuple[tuple[type[Any], dict[str, Any]], ...] = (
    (Uuid, {"type": "string", "format": "uuid"}),
    (UTCDateTime, {"type": "string", "format": "date-time"}),
    (DateTime, {"type": "string", "description": "A local date and time, without a zone."}),
    (Date, {"type": "string", "format": "date"}),
    (
        LocalizedType,
        {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "A text by language; the first is the original.",
        },
    ),
    (JSON, {}),
    (Boolean, {"type": "boolean"}),
    (Integer, {"type": "integer"}),
    (Double, {"type": "number"}),
)
