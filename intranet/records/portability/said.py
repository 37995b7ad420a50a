"""The messages that go, some conversations at a time, so that no sort holds them all."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, select, true

from intranet.platform.core.batches import batches
from intranet.platform.core.types import ids_parameter
from intranet.records.portability.making import Making
from intranet.records.portability.scope import SHARED, TABLES, going
from intranet.records.portability.snapshot import leaving

CONVERSATIONS_AT_ONCE = 200


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
    ours = making.scope.ours()
    of_own = select(*columns, true().label("is_ours")).select_from(joined)
    of_shared = select(*columns, ours.label("is_ours")).select_from(joined)
    if not with_others:
        of_shared = of_shared.where(ours)
    for kind, statement in (("conversations", of_own), (SHARED, of_shared)):
        found = statement.where(messages.c.conversation_id.in_(ids_parameter("some")))
        ordered = found.order_by(messages.c.conversation_id, messages.c.seq)
        ids = making.connection.scalars(going(kind).order_by(leaving.c.id)).all()
        for some in batches(ids, CONVERSATIONS_AT_ONCE):
            yield from making.streamed(ordered, some=some)
