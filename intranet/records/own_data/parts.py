"""Rows of a table in parts, in the order of its key, so that no statement stays open."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, literal, select, tuple_

from intranet.extensions import db

ROWS_AT_ONCE = 500


def parts_of(
    table: Table, columns: Sequence[Column[Any]], wanted: ColumnElement[bool]
) -> Iterator[list[dict[str, Any]]]:
    """Yield rows with these columns by name, the key beside them as `key_NAME`."""
    after: ColumnElement[bool] | None = None
    while rows := next_part(table, columns, wanted, after):
        yield rows
        after = is_after(table, rows[-1])


def next_part(
    table: Table,
    columns: Sequence[Column[Any]],
    wanted: ColumnElement[bool],
    after: ColumnElement[bool] | None,
) -> list[dict[str, Any]]:
    """Return the next rows after a place of `is_after`; from the first without one."""
    key = list(table.primary_key)
    asked = select(*columns, *(column.label(f"key_{column.name}") for column in key))
    asked = asked.where(wanted if after is None else and_(wanted, after))
    rows = db.session.execute(asked.order_by(*key).limit(ROWS_AT_ONCE))
    return [dict(row) for row in rows.mappings()]


def is_after(table: Table, row: dict[str, Any]) -> ColumnElement[bool]:
    """Return the condition for rows after this one."""
    key = list(table.primary_key)
    last = [literal(row[f"key_{column.name}"], column.type) for column in key]
    if len(key) == 1:
        return key[0] > last[0]
    return tuple_(*key) > tuple_(*last)


def is_row(table: Table, row: dict[str, Any]) -> ColumnElement[bool]:
    """Return the condition for this row."""
    return and_(*(column == row[f"key_{column.name}"] for column in table.primary_key))
