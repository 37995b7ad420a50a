"""Stretches of a conversation for its page: without holes, filled by what is in no thread.

The page's script has to know every message of a stretch, also the replies that it does not show.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.queries import select_whole
from intranet.platform.core.parsing import PLACES

LONGEST_STRETCH = 160
COUNTED = 1_000


def log_before(conversation_id: UUID, seq: int, mains: int) -> Sequence[Message]:
    """The stretch without holes before a place that has so many messages outside threads."""
    (count, low), _after = _reaches(conversation_id, seq, mains)
    return _between(conversation_id, _from(seq, low if count >= mains else 1), seq - 1)


def log_after(conversation_id: UUID, seq: int, mains: int) -> Sequence[Message]:
    """The same after a place."""
    _before, (count, high) = _reaches(conversation_id, seq + 1, mains)
    return _between(conversation_id, seq + 1, _to(seq, high if count >= mains else PLACES))


def log_around(conversation_id: UUID, seq: int, mains: int) -> Sequence[Message]:
    """The same on both sides of a place, in one query: an answer would load its parent anew."""
    half = mains // 2
    (above, low), (below, high) = _reaches(conversation_id, seq, half)
    first = _from(seq, low if above >= half else 1)
    return _between(conversation_id, first, _to(seq, high if below >= half else PLACES))


def new_outside_threads(conversation_id: UUID, unread: int, first_unread: int | None) -> int:
    """How many of the unread messages stand in the conversation itself and not in a thread."""
    if first_unread is None:
        return 0
    replies = (
        select(Message.id)
        .where(
            Message.conversation_id == conversation_id,
            Message.seq >= first_unread,
            Message.parent_id.is_not(None),
        )
        .limit(COUNTED)
    )
    counted = db.session.scalar(select(func.count()).select_from(replies.subquery()))
    return max(0, unread - (counted or 0))


def _reaches(conversation_id: UUID, seq: int, mains: int) -> tuple[tuple[int, int], ...]:
    """How many messages outside threads, up to a number, stand before a place and from it on.

    Each with the place of the farthest.
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
    return (above, low or 1), (below, high or PLACES)


def _from(seq: int, low: int) -> int:
    return max(low, seq - LONGEST_STRETCH)


def _to(seq: int, high: int) -> int:
    return min(high, seq + LONGEST_STRETCH)


def _between(conversation_id: UUID, low: int, high: int) -> Sequence[Message]:
    within = Message.seq.between(low, high)
    asked = select_whole().where(Message.conversation_id == conversation_id, within)
    return db.session.scalars(asked.order_by(Message.seq)).all()
