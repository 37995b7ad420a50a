"""Remove messages whose time is over, in bulk; the caller decides which, and under which rule.

Of each, its row stays with sequence number, author and time, and says under which rule it went. No
push is sent: screens learn of it by the revision of the conversation when they next ask.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, delete, func, select, update

from intranet.delivery.files.operations import discard
from intranet.extensions import Model, db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.forwards import FOLLOW
from intranet.messaging.messages.models import (
    Forward,
    HiddenMessage,
    Mention,
    Message,
    MessageFile,
    MessageVersion,
    Reaction,
)
from intranet.platform.core import clock
from intranet.platform.core.idempotency import Repeatable
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import Work
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import remove

PARTS: tuple[type[Model], ...] = (
    MessageVersion,
    Reaction,
    Mention,
    MessageFile,
    Forward,
    HiddenMessage,
)


def expire_messages(
    work: Work,
    conversation: Conversation,
    message_ids: Sequence[UUID],
    *,
    under: str,
    spared: ColumnElement[bool],
) -> None:
    """Remove the content of messages of one conversation, which the caller has locked.

    Args:
        under: the name of the rule, which the conversation shows.
        spared: a condition on `Message`; words that such a message forwarded stay in it.
    """
    files = select(MessageFile.file_id).where(MessageFile.message_id.in_(message_ids))
    file_ids = db.session.scalars(files).all()
    for table in PARTS:
        of_these = table.__table__.c.message_id.in_(message_ids)
        db.session.execute(delete(table).where(of_these))
    if file_ids:
        discard(file_ids)
    _withdraw_copies(work, message_ids, spared)
    _empty(conversation, message_ids, under)
    remove(DocumentKind.MESSAGE, message_ids)
    _forget_answers(message_ids)


def _empty(conversation: Conversation, message_ids: Sequence[UUID], under: str) -> None:
    """Empty the rows, each with a revision of its own, in the order of the conversation."""
    base = conversation.rev
    place = func.row_number().over(order_by=Message.seq).label("place")
    ranked = select(Message.id, place).where(Message.id.in_(message_ids)).subquery()
    now = clock.now()
    db.session.execute(
        update(Message)
        .where(Message.id == ranked.c.id)
        .values(
            body="",
            html="",
            sent_hash="",
            mentions=[],
            pinned_at=None,
            pinned_by_id=None,
            deleted_at=now,
            deleted_by_id=None,
            hidden_at=None,
            expired_under=under,
            rev=base + ranked.c.place,
            body_rev=base + ranked.c.place,
        )
        .execution_options(synchronize_session=False)
    )
    conversation.rev = base + len(message_ids)


def _withdraw_copies(work: Work, message_ids: Sequence[UUID], spared: ColumnElement[bool]) -> None:
    """Erase the words in messages that forwarded them, except in those that are spared."""
    copies = (
        select(Forward.message_id, Forward.origin_id)
        .join(Message, Message.id == Forward.message_id)
        .where(Forward.origin_id.in_(message_ids), ~spared)
    )
    rows = db.session.execute(copies).all()
    if not rows:
        return
    db.session.execute(
        update(Forward)
        .where(Forward.message_id.in_([row.message_id for row in rows]))
        .values(body="", html="", has_files=False, withdrawn_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    for origin_id in sorted({row.origin_id for row in rows}):
        enqueue(work, FOLLOW, {"origin_id": str(origin_id)})


def _forget_answers(message_ids: Sequence[UUID]) -> None:
    """Erase stored responses about them; answers live for a day, so there are hardly any."""
    if db.session.scalar(select(Repeatable.person_id).limit(1)) is None:
        return
    answer = cast(Repeatable.answer, String)
    for message_id in message_ids:
        db.session.execute(
            update(Repeatable)
            .where(answer.contains(str(message_id)))
            .values(answer=None, request_hash="")
        )
