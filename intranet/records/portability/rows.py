"""The rows of a package: one file of JSON Lines for each table that goes, and their places."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, and_, func, not_, select

from intranet.collaboration.groups.access import is_visible_to_administrators
from intranet.extensions import Model
from intranet.messaging.conversations.models import ConversationKind
from intranet.platform.core.batches import batches
from intranet.records.portability.making import Making
from intranet.records.portability.references import Row
from intranet.records.portability.said import messages_of
from intranet.records.portability.scope import SHARED, TABLES, PackageKind, Scope, going, is_named
from intranet.records.portability.snapshot import ROWS_AT_ONCE, rows_at_once
from intranet.records.portability.values import columns_of, in_json

OMITTED = "[…]"
"""Stands for the words of others, in a place that is kept so that answers have what they answer."""
OMITTED_HTML = f"<p>{OMITTED}</p>"

WITHHELD: Row = {
    "actor_id": None,
    "act": "",
    "subject_kind": "",
    "subject_id": None,
    "detail": {},
}
"""Stands for an act of which administrators do not know."""


def tables_of(scope: Scope) -> list[Table]:
    """Return the tables that go, each after those to which it refers."""
    return [table for table in Model.metadata.sorted_tables if scope.has(table.name)]


def write_rows(making: Making) -> None:
    """Write the rows of every table that goes."""
    scope, references = making.scope, making.references
    making.last_seqs = _last_seqs(making)
    if scope.kind == PackageKind.AGENCY:
        _write_places(making)
    tables = tables_of(scope)
    total = sum(references.ids(table.name) for table in tables) or 1
    done = 0
    for table in tables:
        names = [column.name for column in columns_of(table)]
        is_log = table.name == "audit_lines"
        change = _withholder(making) if is_log else _change_of(table.name, making)
        mended = references.mender(table)
        count = 0
        with making.writer.lines(f"data/{table.name}.jsonl") as write:
            for some in batches(_rows(making, table), rows_at_once(table.name)):
                rows = [dict(zip(names, row, strict=False)) for row in some]
                for row in rows:
                    change(row)
                sound = mended(rows)
                for row in sound:
                    write(row)
                count += len(sound)
                done += len(sound)
                making.said("rows", min(done, total), total)
        making.counts[table.name] = count


def _rows(making: Making, table: Table) -> Iterator[Any]:
    if table.name == "messages":
        return messages_of(making, list(map(in_json, columns_of(table))), table, with_others=False)
    found = select(*map(in_json, columns_of(table))).where(making.scope.condition(table.name))
    return iter(making.streamed(found.order_by(*_order(table)), rows_at_once(table.name)))


def _order(table: Table) -> list[Any]:
    """Return the order of a file: what a row refers to within its table comes before it."""
    if table.name == "units":
        return [table.c.path]
    if table.name == "audit_lines":
        return [table.c.number]
    return list(table.primary_key)


def _change_of(name: str, making: Making) -> Callable[[Row], None]:
    """Return what differs in a package from the rows of a table."""
    references, at = making.references, making.at.isoformat()
    if name == "message_forwards":

        def point_home(row: Row) -> None:
            """Let words from elsewhere be their own origin: where they were said does not go."""
            if not references.has("messages", row["origin_id"]):
                row["origin_id"], row["has_files"] = row["message_id"], False
                row["conversation_id"], row["seq"] = _place_of(making.connection, row["message_id"])

        return point_home
    if name == "conversations":
        unnamed = _unnamed_discussions(making.connection)

        def archived(row: Row) -> None:
            """Turn a discussion of others into a closed room that nobody unnamed began."""
            if row["id"] in unnamed:
                row["created_by_id"] = None
            if making.scope.agency_id is None:
                return
            row_id = UUID(row["id"])
            row["last_seq"] = making.last_seqs.get(row_id, row["last_seq"])
            is_own = row["space_id"] and references.has("spaces", row["space_id"])
            if row["kind"] == ConversationKind.CHANNEL and not is_own:
                row["archived_at"] = row["archived_at"] or at
            elif row["kind"] == ConversationKind.DISCUSSION and row_id in making.shared:
                row["kind"], row["space_id"] = ConversationKind.CHANNEL, row["id"]
                row["archived_at"], row["is_main"] = row["archived_at"] or at, True

        return archived
    return lambda _row: None


def _withholder(making: Making) -> Callable[[Row], None]:
    """Return what empties the lines of the log that it hides from administrators.

    Their numbers and hashes stay, so that each other line can be checked.
    """
    if making.scope.whole:
        return lambda _row: None
    groups = select(in_json(TABLES["spaces"].c.id)).where(not_(is_visible_to_administrators()))
    hidden = set(making.connection.scalars(groups))

    def withhold(row: Row) -> None:
        named = {row["subject_id"], row["detail"].get("space")}
        if row["act"].startswith("hold.") or hidden & named:
            row.update(WITHHELD)

    return withhold


def _last_seqs(making: Making) -> dict[UUID, int]:
    messages = TABLES["messages"]
    found = making.connection.execute(
        select(messages.c.conversation_id, func.max(messages.c.seq).label("seq"))
        .where(messages.c.conversation_id.in_(going(SHARED)), making.scope.ours())
        .group_by(messages.c.conversation_id)
    )
    return {row.conversation_id: row.seq for row in found}


def _place_of(connection: Connection, message_id: str) -> tuple[str, int]:
    messages = TABLES["messages"]
    wanted = select(in_json(messages.c.conversation_id), messages.c.seq)
    row = connection.execute(wanted.where(messages.c.id == UUID(message_id))).one()
    return row.conversation_id, row.seq


def shared_discussions(connection: Connection) -> set[UUID]:
    """Return the discussions of others in which something goes."""
    conversations = TABLES["conversations"]
    found = select(conversations.c.id).where(
        conversations.c.id.in_(going(SHARED)),
        conversations.c.kind == ConversationKind.DISCUSSION,
    )
    return set(connection.scalars(found))


def _unnamed_discussions(connection: Connection) -> set[str]:
    """Return the discussions in which something goes, but not the name of whoever asked."""
    publications = TABLES["publications"]
    found = select(publications.c.conversation_id).where(
        publications.c.conversation_id.in_(going(SHARED)), not_(is_named())
    )
    return {str(each) for each in connection.scalars(found)}


def _write_places(making: Making) -> None:
    """Write the places of others' messages in shared rooms: who and when, without a word."""
    scope, references = making.scope, making.references
    making.shared = shared_discussions(making.connection)
    messages = TABLES["messages"]
    others = and_(messages.c.conversation_id.in_(going(SHARED)), not_(scope.ours()))
    kept = [
        messages.c[name]
        for name in (
            *("id", "conversation_id", "seq", "rev", "body_rev", "author_id", "caption"),
            *("parent_id", "created_at"),
        )
    ]
    found = select(*map(in_json, kept)).where(others)
    rows = (
        row._mapping  # noqa: SLF001 - SQLAlchemy's name for a row as a mapping
        for row in making.streamed(found.order_by(messages.c.conversation_id, messages.c.seq))
        if making.keeps_place(UUID(row.conversation_id), row.seq)
    )
    count = 0
    with making.writer.lines("stubs/messages.jsonl") as write:
        for some in batches(rows, ROWS_AT_ONCE):
            references.add_places([row["id"] for row in some])
            for row in some:
                if not references.has("people", row["author_id"]):
                    references.stubs["people"].add(UUID(row["author_id"]))
                client_id = {"client_id": row["id"], "sent_hash": ""}
                write({**row, **client_id, "body": OMITTED, "html": OMITTED_HTML})
            count += len(some)
    making.stubs["messages"] = count
