"""Rewrite mentions of a person everywhere, and what the program itself wrote of them.

Both look through whole tables, in parts: no transaction holds more than a few hundred rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    String,
    Table,
    Text,
    and_,
    delete,
    or_,
    select,
    update,
)

from intranet.collaboration.events.models import EventMinutes
from intranet.extensions import Model, db
from intranet.messaging.messages.index_documents import documents_of, with_files
from intranet.messaging.messages.models import Forward, Message, MessageDraft, MessageVersion
from intranet.messaging.messages.scheduled import ScheduledMessage
from intranet.platform.core.keeping import offer
from intranet.platform.core.outbox_claims import go_on
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.operations import put
from intranet.publishing.publications.models import PublicationVersion
from intranet.records.own_data.ownership import table_of
from intranet.records.own_data.parts import is_after, is_row, next_part
from intranet.records.own_data.traces import PersonTraces

UNCHANGED = {"audit_lines", "held_items"}
"""Tables whose rows stay as they are: the log, which has ids and no names, and what a legal hold
keeps until it ends."""
FOLDED = {"search_documents", "search_words", "search_trigrams"}
"""Tables that are written from others."""
OFFERED: Mapping[str, type[Model]] = {
    kind.__tablename__: kind
    for kind in (
        *(Message, MessageVersion, Forward, PublicationVersion, EventMinutes),
        *(MessageDraft, ScheduledMessage),
    )
}
"""Tables whose rows are offered before they change or go: a hold keeps them as they were."""
NAMED: Mapping[str, tuple[str, ...]] = {
    "notifications": ("thing",),
    "conversations": ("opening",),
    "identity_providers": ("report",),
    "imports": ("survey", "names"),
    "deliveries": ("error",),
    "hand_over_lines": ("title",),
}
"""Texts of the program about things of others, in which a name is replaced."""
PASSING: Mapping[str, tuple[str, ...]] = {
    "import_lines": ("title", "facts", "cells"),
    "provisioning_lines": ("title", "facts", "wanted"),
    "refused_arrivals": ("email", "name"),
    "repeatables": ("answer",),
    "one_uses": ("payload",),
    "outbox": ("payload",),
}
"""Rows that would go by themselves within a month; those about the person go now."""

Rewrite = Callable[[Any], Any]


def rewrite_mentions(traces: PersonTraces) -> int:
    """Put the pseudonym into every mention of the person; return how many rows were changed."""
    changed = 0
    for table in Model.metadata.sorted_tables:
        columns = _texts(table)
        if not columns or table.name in UNCHANGED | FOLDED | set(PASSING):
            continue
        for keys in rewritten(
            table, columns, traces.mentioned_in(*columns), traces.without_mentions
        ):
            changed += len(keys)
            _index(table, keys)
    return changed


def rewrite_names(traces: PersonTraces) -> int:
    """Replace the name in what the program wrote of others; return how many rows were changed."""
    changed = 0
    for name, names in NAMED.items():
        table = table_of(name)
        columns = [table.c[each] for each in names]
        for keys in rewritten(table, columns, traces.named_in(*columns), traces.without_names):
            changed += len(keys)
    return changed + _rename_forwards(traces)


def delete_passing(traces: PersonTraces) -> int:
    """Delete rows that name the person and would go soon by themselves; return how many."""
    gone = 0
    for name, names in PASSING.items():
        table = table_of(name)
        gone += delete_rows(table, traces.named_in(*(table.c[each] for each in names)))
    return gone


def delete_rows(table: Table, wanted: ColumnElement[bool]) -> int:
    """Delete rows in parts, each in a transaction of its own; return how many.

    They are looked for before it: a search through a large table must not hold up who writes. They
    are offered to who must keep them within it, so that no hold comes between.
    """
    gone = 0
    while rows := next_part(table, [], wanted, None):
        go_on()
        with unit_of_work():
            _offer(table, rows)
            for row in rows:
                db.session.execute(delete(table).where(is_row(table, row)))
        gone += len(rows)
    return gone


def rewritten(
    table: Table, columns: Sequence[Column[Any]], wanted: ColumnElement[bool], rewrite: Rewrite
) -> Iterator[list[Any]]:
    """Rewrite the rows of a table in parts; yield the first keys of those that were changed.

    As in `delete_rows`, they are looked for before the transaction, and read anew within it.
    """
    after: ColumnElement[bool] | None = None
    first = next(iter(table.primary_key)).name
    while rows := next_part(table, [], wanted, after):
        go_on()
        with unit_of_work():
            _offer(table, rows)
            changed = [
                row[f"key_{first}"] for row in rows if _rewrite_row(table, columns, row, rewrite)
            ]
        if changed:
            yield changed
        after = is_after(table, rows[-1])


def _offer(table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if kind := OFFERED.get(table.name):
        here = or_(*(is_row(table, row) for row in rows))
        offer(db.session.scalars(select(kind).where(here)).all())


def _rewrite_row(
    table: Table, columns: Sequence[Column[Any]], row: dict[str, Any], rewrite: Rewrite
) -> bool:
    """Rewrite a row, which may have changed or gone meanwhile; return whether it was changed."""
    here = is_row(table, row)
    found = db.session.execute(select(*columns).where(here).with_for_update()).mappings().first()
    values = dict(found) if found else {}
    new = {name: rewrite(value) for name, value in values.items()}
    if new == values:
        return False
    db.session.execute(update(table).where(here).values(new))
    return True


def _rename_forwards(traces: PersonTraces) -> int:
    """Replace the author's name above words that others passed on."""
    table = table_of("message_forwards")
    column = table.c.author_name
    wanted = and_(table.c.author_id == UUID(traces.person_id), column != traces.pseudonym)
    renamed = 0
    for keys in rewritten(table, [column], wanted, lambda _name: traces.pseudonym):
        renamed += len(keys)
        _index(table, keys)
    return renamed


def _index(table: Table, keys: Sequence[Any]) -> None:
    """Write the search documents of messages anew whose words have changed."""
    if table.name not in {"messages", "message_forwards"}:
        return
    with unit_of_work():
        db.session.expire_all()
        put(documents_of(with_files(list(keys))))


def _texts(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.c
        if isinstance(column.type, String | Text | JSON) and not hasattr(column.type, "enums")
    ]
