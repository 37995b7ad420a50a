"""What follows from what is said under a question."""

from intranet.conversations.models import Conversation, ConversationKind
from intranet.extensions import db
from intranet.messages.events import MessageChanged, MessagePosted
from intranet.messages.models import Message
from intranet.questions.operations.answering import lose_answer, take_answer


def follow_message(event: MessagePosted) -> None:
    """A message under a question may be an answer to it."""
    conversation = db.session.get_one(Conversation, event.conversation_id)
    if conversation.kind == ConversationKind.DISCUSSION:
        take_answer(db.session.get_one(Message, event.message_id))


def follow_change(event: MessageChanged) -> None:
    """What is deleted is no answer any more."""
    conversation = db.session.get_one(Conversation, event.conversation_id)
    if conversation.kind == ConversationKind.DISCUSSION:
        lose_answer(db.session.get_one(Message, event.message_id))
