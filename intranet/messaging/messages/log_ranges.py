"""Contiguous stretches of a conversation for its page, sized by messages outside threads.

The page's script has to know every message of a stretch, also the replies that it does not show.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.orm import defaultload

from intranet.extensions import db
from intranet.messaging.messages.models import Message, Reaction
from intranet.messaging.messages.queries import select_in_part
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.types import id_parameter

MAX_STRETCH_MESSAGES = 160
MAX_COUNTED = 1_000


class StretchReply(NamedTuple):
    """A reply in a stretch, which the page shows only in its thread."""

    id: UUID
    seq: int
    rev: int
    parent_id: UUID


class StretchReaction(NamedTuple):
    """A reaction to the message with this sequence number in a stretch."""

    seq: int
    person_id: UUID
    emoji: str


class LogStretch(NamedTuple):
    """All messages between two sequence numbers: those outside threads whole, in order.

    Their reactions are apart, by sequence number, the first first.
    """

    mains: Sequence[Message]
    replies: Sequence[StretchReply]
    reactions: Mapping[int, Sequence[StretchReaction]]

    @property
    def seqs(self) -> tuple[int, int]:
        """The first and the last sequence number; zeros if there is no message."""
        ends = [rows[at].seq for rows in (self.mains, self.replies) if rows for at in (0, -1)]
        return min(ends, default=0), max(ends, default=0)


def log_before(conversation_id: UUID, seq: int, mains: int) -> LogStretch:
    """Return the stretch before a sequence number with `mains` messages outside threads."""
    (count, low), _after = _reaches(conversation_id, seq, mains)
    return _between(conversation_id, _from(seq, low if count >= mains else 1), seq - 1)


def log_after(conversation_id: UUID, seq: int, mains: int) -> LogStretch:
    """Return the stretch after a sequence number with `mains` messages outside threads."""
    _before, (count, high) = _reaches(conversation_id, seq + 1, mains)
    return _between(conversation_id, seq + 1, _to(seq, high if count >= mains else MAX_INTEGER))


def log_around(conversation_id: UUID, seq: int, mains: int) -> LogStretch:
    """Return the stretch around a sequence number with `mains` messages outside threads."""
    half = mains // 2
    (above, low), (below, high) = _reaches(conversation_id, seq, half)
    first = _from(seq, low if above >= half else 1)
    return _between(conversation_id, first, _to(seq, high if below >= half else MAX_INTEGER))


def new_outside_threads(conversation_id: UUID, unread: int, first_unread: int | None) -> int:
    """Count the unread messages that are in the conversation itself and not in a thread."""
    if first_unread is None:
        return 0
    asked = {"in_id": conversation_id, "seq": first_unread}
    replies: int = execute_prepared(_new_replies(), **asked).scalar_one()
    return max(0, unread - replies)


@cache
def _new_replies() -> Select[int]:
    replies = (
        select(Message.id)
        .where(
            Message.conversation_id == id_parameter("in_id"),
            Message.seq >= bindparam("seq"),
            Message.parent_id.is_not(None),
        )
        .limit(MAX_COUNTED)
    )
    return select(func.count()).select_from(replies.subquery())


def _reaches(conversation_id: UUID, seq: int, mains: int) -> tuple[tuple[int, int], ...]:
    """Count messages outside threads before a sequence number and from it on, up to a limit.

    Each count comes with the sequence number of the farthest.
    """
    asked = {"in_id": conversation_id, "seq": seq, "mains": mains}
    above, low, below, high = tuple(execute_prepared(_ends(), **asked).one())
    return (above, low or 1), (below, high or MAX_INTEGER)


@cache
def _ends() -> Select[Any, *tuple[Any, ...]]:
    at: BindParameter[int] = bindparam("seq", type_=Integer)
    before, after = (Message.seq < at, Message.seq.desc()), (Message.seq >= at, Message.seq.asc())
    sides = []
    for is_side, order in (before, after):
        places = select(Message.seq).where(
            Message.conversation_id == id_parameter("in_id"), _is_main(), is_side
        )
        sides.append(places.order_by(order).limit(bindparam("mains", type_=Integer)).subquery())
    up, down = sides
    return select(
        select(func.count()).select_from(up).scalar_subquery(),
        select(func.min(up.c.seq)).scalar_subquery(),
        select(func.count()).select_from(down).scalar_subquery(),
        select(func.max(down.c.seq)).scalar_subquery(),
    )


def _from(seq: int, low: int) -> int:
    return max(low, seq - MAX_STRETCH_MESSAGES)


def _to(seq: int, high: int) -> int:
    return min(high, seq + MAX_STRETCH_MESSAGES)


def _between(conversation_id: UUID, low: int, high: int) -> LogStretch:
    within = {"in_id": conversation_id, "low": low, "high": high}
    reactions: dict[int, list[StretchReaction]] = {}
    for row in execute_prepared(_reactions_between(), **within):
        reactions.setdefault(row.seq, []).append(StretchReaction._make(row))
    return LogStretch(
        db.session.scalars(_mains_between(), within).all(),
        [StretchReply._make(row) for row in execute_prepared(_replies_between(), **within)],
        reactions,
    )


@cache
def _mains_between() -> Select[Message]:
    """Return the statement of the messages outside threads, of whose authors it reads the names."""
    return (
        _within(select_in_part())
        .options(defaultload(Message.author).load_only(Person.name))
        .where(_is_main())
        .order_by(Message.seq)
    )


@cache
def _replies_between() -> Select[Any, *tuple[Any, ...]]:
    rows = select(Message.id, Message.seq, Message.rev, Message.parent_id)
    return _within(rows).where(Message.parent_id.is_not(None)).order_by(Message.seq)


@cache
def _reactions_between() -> Select[Any, *tuple[Any, ...]]:
    rows = select(Message.seq, Reaction.person_id, Reaction.emoji).join_from(
        Message, Reaction, Reaction.message_id == Message.id
    )
    return _within(rows).where(_is_main()).order_by(Reaction.created_at)


def _within(rows: Select[Any, *tuple[Any, ...]]) -> Select[Any, *tuple[Any, ...]]:
    return rows.where(
        Message.conversation_id == id_parameter("in_id"),
        Message.seq.between(bindparam("low"), bindparam("high")),
    )


def _is_main() -> ColumnElement[bool]:
    """Return the condition that a message is outside threads, written so that no index answers it.

    SQLite has no statistics, and would read such messages of all conversations by their index.
    """
    return Message.parent_id.is_(None).is_(true())
