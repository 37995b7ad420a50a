"""Messages on people's open screens."""

from intranet.delivery.realtime import push_to
from intranet.messaging.conversations.broadcasts import push_to_readers
from intranet.messaging.messages import queries
from intranet.messaging.messages.events import MessageChanged, MessagePosted, ScheduledChanged
from intranet.messaging.messages.serializers import message_event


def push_message(event: MessagePosted) -> None:
    """Show the message to whoever is a reader now, not to who once joined a room."""
    payload = {"conversation_id": str(event.conversation_id), "rev": event.rev}
    push_to_readers(event.conversation_id, "message:posted", {**payload, "message": event.shown})


def push_change(event: MessageChanged) -> None:
    """Show the message as it stands now, and say under which revision it changed."""
    if message := queries.message(event.message_id):
        payload = {**message_event(message), "rev": event.rev}
        push_to_readers(event.conversation_id, "message:changed", payload, is_of_now=True)


def push_scheduled(event: ScheduledChanged) -> None:
    """Let the author's other screens ask again what is scheduled there."""
    payload = {"conversation_id": str(event.conversation_id)}
    push_to([event.person_id], "scheduled:changed", payload)
