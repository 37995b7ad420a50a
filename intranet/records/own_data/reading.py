"""The rows of a person, table by table, in parts that need little memory."""

from collections.abc import Iterator
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select

from intranet.messaging.conversations.models import Participant
from intranet.messaging.messages.models import Message
from intranet.records.own_data.catalogue import CatalogueEntry
from intranet.records.own_data.names import Names
from intranet.records.own_data.ownership import is_of, table_of
from intranet.records.own_data.parts import parts_of

TALK_COLUMNS = ("id", "conversation_id", "seq", "author_id", "caption", "body", "created_at")
OWN_ONLY = frozenset({"actor_id", "detail"})
"""Of a line of the log about the person by somebody else, what is not theirs to know."""


def rows_of(entry: CatalogueEntry, person_id: UUID, names: Names) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that are the person's, as JSON can hold them."""
    table = table_of(entry.table)
    wanted = is_of(entry.table, person_id)
    for rows in _columns_of(table, entry.gives, wanted):
        if entry.table == "audit_lines":
            rows = [_without_others(row, person_id) for row in rows]  # noqa: PLW2901 - the same rows
        yield from map(plain_row, names.beside(entry.table, rows))


def talk_messages(person_id: UUID, names: Names) -> Iterator[dict[str, Any]]:
    """Yield what was written in the person's direct messages, as far as they can read it there.

    A talk that they left, or that is closed to an account which others changed, is left out.
    """
    talks = select(Participant.conversation_id).where(
        Participant.person_id == person_id, Participant.takes_part()
    )
    read = Message.conversation_id.in_(talks) & Message.deleted_at.is_(None)
    for rows in _columns_of(table_of("messages"), TALK_COLUMNS, read):
        yield from map(plain_row, names.beside("messages", rows))


def plain_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose values JSON can hold."""
    return {name: _plain(value) for name, value in row.items()}


def _columns_of(
    table: Table, names: tuple[str, ...], wanted: ColumnElement[bool]
) -> Iterator[list[dict[str, Any]]]:
    for rows in parts_of(table, [table.c[name] for name in names], wanted):
        yield [{name: row[name] for name in names} for row in rows]


def _without_others(row: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    if row["actor_id"] == person_id:
        return row
    return {name: value for name, value in row.items() if name not in OWN_ONLY}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value
