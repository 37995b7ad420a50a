"""Contiguous stretches of a conversation for its page, sized by messages outside threads.

The page's script has to know every message of a stretch, also the replies that it does not show.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.queries import select_messages
from intranet.platform.core.parsing import MAX_INTEGER

MAX_STRETCH_MESSAGES = 160
MAX_COUNTED = 1_000


def log_before(conversation_id: UUID, seq: int, mains: int) -> Sequence[Message]:
    """Return the stretch before a sequence number with `mains` messages outside threads."""
    (count, low), _after = _reaches(conversation_id, seq, mains)
    return _between(conversation_id, _from(seq, low if count >= mains else 1), seq - 1)


def log_after(conversation_id: UUID, seq: int, mains: int) -> Sequence[Message]:
    """Return the stretch after a sequence number with `mains` messages outside threads."""
    _before, (count, high) = _reaches(conversation_id, seq + 1, mains)
    return _between(conversation_id, seq + 1, _to(seq, high if count >= mains else MAX_INTEGER))


def log_around(conversation_id: UUID, seq: int, mains: int) -> Sequence[Message]:
    """Return the stretch around a sequence number with `mains` messages outside threads.

    One query reads both sides: with two, replies would reload their parents.
    """
    half = mains // 2
    (above, low), (below, high) = _reaches(conversation_id, seq, half)
    first = _from(seq, low if above >= half else 1)
    return _between(conversation_id, first, _to(seq, high if below >= half else MAX_INTEGER))


def new_outside_threads(conversation_id: UUID, unread: int, first_unread: int | None) -> int:
    """Count the unread messages that are in the conversation itself and not in a thread."""
    if first_unread is None:
        return 0
    replies = (
        select(Message.id)
        .where(
            Message.conversation_id == conversation_id,
            Message.seq >= first_unread,
            Message.parent_id.is_not(None),
        )
        .limit(MAX_COUNTED)
    )
    counted = db.session.scalar(select(func.count()).select_from(replies.subquery()))
    return max(0, unread - (counted or 0))


def _reaches(conversation_id: UUID, seq: int, mains: int) -> tuple[tuple[int, int], ...]:
    """Count messages outside threads before a sequence number and from it on, up to a limit.

    Each count comes with the sequence number of the farthest.
    """
    sides = []
    for is_side, order in (
        (Message.seq < seq, Message.seq.desc()),
        (Message.seq >= seq, Message.seq),
    ):
        places = select(Message.seq).where(
            Message.conversation_id == conversation_id, Message.parent_id.is_(None), is_side
        )
        sides.append(places.order_by(order).limit(mains).subquery())
    up, down = sides
    asked = select(
        select(func.count()).select_from(up).scalar_subquery(),
        select(func.min(up.c.seq)).scalar_subquery(),
        select(func.count()).select_from(down).scalar_subquery(),
        select(func.max(down.c.seq)).scalar_subquery(),
    )
    above, low, below, high = db.session.execute(asked).one()
    return (above, low or 1), (below, high or MAX_INTEGER)


def _from(seq: int, low: int) -> int:
    return max(low, seq - MAX_STRETCH_MESSAGES)


def _to(seq: int, high: int) -> int:
    return min(high, seq + MAX_STRETCH_MESSAGES)


def _between(conversation_id: UUID, low: int, high: int) -> Sequence[Message]:
    within = Message.seq.between(low, high)
    asked = select_messages().where(Message.conversation_id == conversation_id, within)
    return db.session.scalars(asked.order_by(Message.seq)).all()
