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
    String,
    Table,
    Uuid,
)

from intranet.platform.core.html import clean
from intranet.platform.core.types import LocalizedType, UTCDateTime
from intranet.records.portability.decisions import LEFT_OUT

Change = Callable[[Any], Any]
HTML = "html"
"""The name of every column with HTML that a page shows as it is."""
LARGEST = 2**63


def columns_of(table: Table) -> list[Column[Any]]:
    """Return the columns that go, in their order; never one that the database reckons."""
    left_out = LEFT_OUT.get(table.name, frozenset())
    return [column for column in table.c if column.name not in left_out and column.computed is None]


def to_json(column: Column[Any]) -> Change | None:
    """Return how a value of a column is written; None if it is written as it is."""
    return next((change for kind, change in WRITTEN if isinstance(column.type, kind)), None)


def from_json(column: Column[Any]) -> Change | None:
    """Return how a value of a column is read again; None if it is taken as it is.

    HTML goes through the one door of the sanitiser, as if somebody had written it here.
    """
    if isinstance(column.type, Enum):
        return column.type.enum_class
    read = next((change for kind, change in READ if isinstance(column.type, kind)), None)
    if column.name == HTML:
        return lambda value: _clean(value if read is None else read(value))
    length = getattr(column.type, "length", None) if read is _text else None
    return read if length is None else lambda value: _short(_text(value), length)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return str(clean(value))
    if isinstance(value, dict):
        return {_text(tag): str(clean(_text(html))) for tag, html in value.items()}
    return [[tag, str(clean(html))] for tag, html in value]


def _pairs(name: Mapping[str, str]) -> list[list[str]]:
    """Return a text in several languages as it is stored, in its order."""
    return [[_text(tag), _text(text)] for tag, text in name.items()]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _wrong(value)


def _short(value: str, length: int) -> str:
    return value if len(value) <= length else _wrong(value)


def _whole(value: Any) -> int:
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST
    return int(value) if is_whole else _wrong(value)


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else _wrong(value)


def _either(value: Any) -> bool:
    return value if isinstance(value, bool) else _wrong(value)


def _instant(value: Any) -> datetime:
    instant = datetime.fromisoformat(value)
    return instant if instant.tzinfo else _wrong(value)


def _wrong(value: Any) -> Any:
    raise TypeError(type(value))


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
    columns = columns_of(table)
    steps = {column.name: from_json(column) for column in columns}
    filled = {column.name for column in columns if not column.nullable}
    given = {
        column.name
        for column in columns
        if column.name in filled and column.default is None and column.server_default is None
    }

    def read(line: Mapping[str, Any]) -> dict[str, Any]:
        if not given <= line.keys() or any(line[name] is None for name in filled & line.keys()):
            raise TypeError(table.name)
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
    (UTCDateTime, _instant),
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (LocalizedType, _pairs),
    (Boolean, _either),
    (Integer, _whole),
    (Double, _number),
    (String, _text),
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
