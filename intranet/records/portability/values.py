"""Rows of tables as lines of JSON, and back, the same from either database."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Double,
    Enum,
    Integer,
    String,
    Table,
    Uuid,
    type_coerce,
)
from sqlalchemy.types import UserDefinedType

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


class TextInJson(UserDefinedType[str]):
    """Reads stored values as the text that stands for them in JSON.

    To make objects of a message's ids and instants costs more than all else that it is read for.
    """

    cache_ok = True

    def __init__(self, kind: str) -> None:
        """Read values of a kind of `TEXTS`."""
        self.kind = kind

    def result_processor(self, dialect: Dialect, coltype: object) -> Change | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return how a value of the driver becomes text; None if it is text already."""
        stored, given = TEXTS[self.kind]
        change = stored if dialect.name == "sqlite" else given
        return change and (lambda value: None if value is None else change(value))


def in_json(column: Column[Any]) -> ColumnElement[Any]:
    """Return a column whose values are read as JSON holds them, under its own name."""
    if isinstance(column.type, Enum):
        return type_coerce(column, String).label(column.name)
    kind = next((name for each, name in TEXT_KINDS if isinstance(column.type, each)), None)
    return type_coerce(column, TextInJson(kind)).label(column.name) if kind else column


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


def reader_of(table: Table) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return a function from an object of JSON to the values of a row.

    It raises `TypeError` for a name that is no column, `TypeError` or `ValueError` for a value
    that is none of its type.
    """
    columns = columns_of(table)
    names = {column.name for column in columns}
    steps = [(column.name, from_json(column), not column.nullable) for column in columns]
    steps = [step for step in steps if step[1] or step[2]]
    given = {
        column.name
        for column in columns
        if not column.nullable and column.default is None and column.server_default is None
    }

    def read(line: Mapping[str, Any]) -> dict[str, Any]:
        if not given <= line.keys() <= names:
            raise TypeError(table.name)
        row = dict(line)
        for name, change, is_filled in steps:
            value = row.get(name)
            if value is None:
                if is_filled and name in row:
                    raise TypeError(name)
            elif change:
                row[name] = change(value)
        return row

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


def _dashed(value: str) -> str:
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


def _local_of(value: str) -> str:
    return f"{value[:10]}T{value[11:].removesuffix('.000000')}"


TEXT_KINDS: tuple[tuple[type[Any], str], ...] = (
    (Uuid, "id"),
    (UTCDateTime, "instant"),
    (DateTime, "local"),
    (Date, "day"),
)
TEXTS: Mapping[str, tuple[Change | None, Change]] = {
    "id": (_dashed, str),
    "instant": (
        lambda value: f"{_local_of(value)}+00:00",
        lambda value: value.astimezone(UTC).isoformat(),
    ),
    "local": (_local_of, lambda value: value.isoformat()),
    "day": (None, lambda value: value.isoformat()),
}
"""How values become text: those of SQLite's driver, and those of PostgreSQL's."""

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
