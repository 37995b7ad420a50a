"""Reactions to messages in the discussion of a question."""

from intranet.collaboration.questions.operations.answering import lose_answer, record_answer
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.events import MessageChanged, MessagePosted
from intranet.messaging.messages.models import Message


def follow_message(event: MessagePosted) -> None:
    """Record a message in a discussion as an answer, if it is one."""
    if event.conversation_kind == ConversationKind.DISCUSSION:
        record_answer(db.session.get_one(Message, event.message_id))


def follow_change(event: MessageChanged) -> None:
    """Remove a deleted message from the answers."""
    conversation = db.session.get_one(Conversation, event.conversation_id)
    if conversation.kind == ConversationKind.DISCUSSION:
        lose_answer(db.session.get_one(Message, event.message_id))
