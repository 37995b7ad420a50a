"""The messages that go, conversation by conversation, so that no sort holds them all in memory."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, bindparam, select, true

from intranet.records.portability.making import Making
from intranet.records.portability.scope import SHARED, TABLES, going


def messages_of(
    making: Making, columns: Sequence[ColumnElement[Any]], joined: FromClause, *, with_others: bool
) -> Iterator[Any]:
    """Yield columns of the messages of each conversation in order, and at the end `is_ours`.

    Args:
        making: the package.
        columns: what of each message.
        joined: the table of messages, joined to what the columns need.
        with_others: whether to yield the messages of others in their conversations too.
    """
    messages = TABLES["messages"]
    in_one = messages.c.conversation_id == bindparam("conversation")
    ours = making.scope.ours()
    of_own = select(*columns, true().label("is_ours")).select_from(joined).where(in_one)
    of_shared = select(*columns, ours.label("is_ours")).select_from(joined).where(in_one)
    if not with_others:
        of_shared = of_shared.where(ours)
    own = [(row_id, of_own) for row_id in making.connection.scalars(going("conversations"))]
    shared = [(row_id, of_shared) for row_id in making.connection.scalars(going(SHARED))]
    for row_id, statement in sorted(own + shared, key=lambda each: each[0]):
        yield from making.streamed(statement.order_by(messages.c.seq), conversation=row_id)
