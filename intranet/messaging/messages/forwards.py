"""What becomes of the copies of a message's words when these are taken away.

The copies are emptied, or put aside, in the transaction that takes the words away: no door shows
them a moment longer. The screens on which they stand are told afterwards, one by one.
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
from intranet.platform.core.outbox import does, owe
from intranet.platform.core.unit_of_work import Work, unit_of_work

FOLLOW: Final = "messages.follow_origin"


def erase_forwards(work: Work, origin: Message, *, of_body: str | None = None) -> None:
    """Take the words away for good wherever they were forwarded.

    Args:
        of_body: only where this text was, as of an earlier version.
    """
    wanted = [Forward.origin_id == origin.id]
    if of_body is not None:
        wanted.append(Forward.body == of_body)
    _change(work, origin, wanted, body="", html="", has_files=False, withdrawn_at=clock.now())


def hide_forwards(work: Work, origin: Message) -> None:
    """Show the words nowhere while moderation hides them where they were written."""
    wanted = [Forward.origin_id == origin.id, Forward.withdrawn_at.is_(None)]
    _change(work, origin, wanted, withdrawn_at=clock.now())


def show_forwards(work: Work, origin: Message) -> None:
    """Show them again where they are still kept."""
    wanted = [Forward.origin_id == origin.id, or_(Forward.html != "", Forward.has_files)]
    _change(work, origin, wanted, withdrawn_at=None)


def _change(work: Work, origin: Message, wanted: list[ColumnElement[bool]], **values: Any) -> None:
    if db.session.scalar(select(Forward.message_id).where(*wanted).limit(1)) is None:
        return
    db.session.execute(update(Forward).where(*wanted).values(**values))
    owe(work, FOLLOW, {"origin_id": str(origin.id)})


@does(FOLLOW)
def follow_origin(payload: Mapping[str, Any]) -> None:
    """Show on every screen what is left of the copies, and let them be found by it.

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
