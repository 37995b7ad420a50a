"""Hide a message and show it again, for moderators; callers check the rights.

A hidden message is deleted for every reader: its row holds no content. In the same transaction its
content moves to `HiddenMessage`.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.events import MessageChanged
from intranet.messaging.messages.forwards import hide_forwards, show_forwards
from intranet.messaging.messages.index_documents import documents_of, with_files
from intranet.messaging.messages.models import Forward, HiddenMessage, Mention, Message
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.platform.index.operations import put


def hide_message(moderator: Person, message: Message) -> bool:
    """Hide a message from everyone; False if it was already deleted or hidden."""
    with unit_of_work() as work:
        conversation = _locked(work, message)
        if message.deleted_at:
            return False
        called = db.session.scalars(
            select(Mention.person_id).where(Mention.message_id == message.id)
        ).all()
        work.add(
            HiddenMessage(
                message_id=message.id,
                body=message.body,
                html=message.html,
                mentions=message.mentions,
                called=[str(person_id) for person_id in called],
            )
        )
        db.session.execute(delete(Mention).where(Mention.message_id == message.id))
        message.body = message.html = ""
        hide_forwards(work, message)
        message.mentions = []
        message.pinned_at = message.pinned_by_id = None
        message.deleted_at = message.hidden_at = clock.now()
        message.deleted_by_id = moderator.id
        _change(work, conversation, message)
    return True


def show_message(message: Message) -> bool:
    """Show a hidden message again as it was, unpinned; False if it is not hidden."""
    with unit_of_work() as work:
        conversation = _locked(work, message)
        kept = db.session.get(HiddenMessage, message.id)
        if kept is None:
            return False
        message.body, message.html, message.mentions = kept.body, kept.html, kept.mentions
        message.deleted_at = message.deleted_by_id = message.hidden_at = None
        show_forwards(work, message)
        _call_again(work, message, [UUID(person_id) for person_id in kept.called])
        work.delete(kept)
        _change(work, conversation, message)
        put(documents_of(with_files([message.id])))
    return True


def text_of(message: Message) -> str:
    """Return the text of a message, also while it is hidden, for moderators and its author."""
    kept = db.session.get(HiddenMessage, message.id)
    if kept is None:
        return message.said
    carried = db.session.get(Forward, message.id)
    words = carried.as_quote if carried and not carried.withdrawn_at else ""
    return f"{kept.body}\n\n{words}".strip()


def _call_again(work: Work, message: Message, called: Sequence[UUID]) -> None:
    work.add(
        *(
            Mention(
                message_id=message.id,
                person_id=person_id,
                conversation_id=message.conversation_id,
                seq=message.seq,
            )
            for person_id in called
        )
    )


def _locked(work: Work, message: Message) -> Conversation:
    """Lock the conversation first, then read the message again."""
    conversation = db.session.get_one(Conversation, message.conversation_id)
    work.lock(conversation)
    db.session.refresh(message)
    return conversation


def _change(work: Work, conversation: Conversation, message: Message) -> None:
    message.rev = message.body_rev = conversation.next_rev()
    work.publish(MessageChanged(message.id, conversation.id, message.rev))
