"""Keep forwarded copies in step with the original: deleted, hidden or shown again.

Copies are emptied or put aside in the transaction that takes the original away, so that no page
shows them a moment longer. Open screens are updated afterwards, one by one.
"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.events import MessageChanged
from intranet.messaging.messages.models import Forward, Message
from intranet.platform.core import clock
from intranet.platform.core.keeping import offer
from intranet.platform.core.outbox import enqueue, handler
from intranet.platform.core.unit_of_work import Work, unit_of_work

FOLLOW: Final = "messages.follow_origin"


def erase_forwards(
    work: Work, origin: Message, *, of_body: str | None = None, by_id: UUID | None = None
) -> None:
    """Erase the words of a message for good in all its forwarded copies.

    Args:
        of_body: erase only the copies with this text, which may be that of an earlier version.
        by_id: the person who removes the words.
    """
    wanted = [Forward.origin_id == origin.id]
    if of_body is not None:
        wanted.append(Forward.body == of_body)
    offer(db.session.scalars(select(Forward).where(*wanted)).all(), by_id)
    _change(work, origin, wanted, body="", html="", has_files=False, withdrawn_at=clock.now())


def hide_forwards(work: Work, origin: Message) -> None:
    """Hide all forwarded copies while moderation hides the original."""
    wanted = [Forward.origin_id == origin.id, Forward.withdrawn_at.is_(None)]
    _change(work, origin, wanted, withdrawn_at=clock.now())


def show_forwards(work: Work, origin: Message) -> None:
    """Show the hidden copies again that were not erased meanwhile."""
    wanted = [Forward.origin_id == origin.id, or_(Forward.html != "", Forward.has_files)]
    _change(work, origin, wanted, withdrawn_at=None)


def _change(work: Work, origin: Message, wanted: list[ColumnElement[bool]], **values: Any) -> None:
    if db.session.scalar(select(Forward.message_id).where(*wanted).limit(1)) is None:
        return
    db.session.execute(update(Forward).where(*wanted).values(**values))
    enqueue(work, FOLLOW, {"origin_id": str(origin.id)})


@handler(FOLLOW)
def follow_origin(payload: Mapping[str, Any]) -> None:
    """Update open screens and the search index after copies changed.

    Args:
        payload: `origin_id` of the message whose words were taken away or came back.
    """
    copies = select(Forward.message_id).where(Forward.origin_id == UUID(payload["origin_id"]))
    for message_id in db.session.scalars(copies).all():
        with unit_of_work() as work:
            message = db.session.get_one(Message, message_id)
            conversation = db.session.get_one(Conversation, message.conversation_id)
            work.lock(conversation)
            db.session.refresh(message)
            message.rev = message.body_rev = conversation.next_rev()
            work.publish(MessageChanged(message.id, conversation.id, message.rev))
