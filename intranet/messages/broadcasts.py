"""Messages on people's open screens."""

from intranet.conversations.broadcasts import push_to_readers
from intranet.conversations.models import Conversation
from intranet.extensions import db
from intranet.messages import queries
from intranet.messages.events import MessageChanged, MessagePosted
from intranet.messages.serializers import message_event


def push_message(event: MessagePosted) -> None:
    """Show the message to whoever is a reader now, not to who once joined a room."""
    _push("message:posted", event)


def push_change(event: MessageChanged) -> None:
    """Show the message as it stands now."""
    _push("message:changed", event)


def _push(name: str, event: MessagePosted | MessageChanged) -> None:
    """Say under which revision it happened; the message is shown as it is by now."""
    message = queries.message(event.message_id)
    conversation = db.session.get(Conversation, event.conversation_id)
    if message is None or conversation is None:
        return
    payload = {**message_event(message), "rev": event.rev}
    push_to_readers(conversation, name, payload)
