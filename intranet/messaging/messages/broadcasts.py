"""Push new and changed messages to open screens."""

from intranet.delivery.realtime import push_to
from intranet.messaging.conversations.broadcasts import push_to_readers
from intranet.messaging.messages import queries
from intranet.messaging.messages.events import MessageChanged, MessagePosted, ScheduledChanged
from intranet.messaging.messages.serializers import message_event


def push_message(event: MessagePosted) -> None:
    """Push the message to everyone who can read the conversation now."""
    payload = {"conversation_id": str(event.conversation_id), "rev": event.rev}
    push_to_readers(event.conversation_id, "message:posted", {**payload, "message": event.shown})


def push_change(event: MessageChanged) -> None:
    """Push the message as it is now, with the revision of the change."""
    if message := queries.message(event.message_id):
        payload = {**message_event(message), "rev": event.rev}
        push_to_readers(event.conversation_id, "message:changed", payload, is_of_now=True)


def push_scheduled(event: ScheduledChanged) -> None:
    """Make the author's other screens reload the scheduled messages of the conversation."""
    payload = {"conversation_id": str(event.conversation_id)}
    push_to([event.person_id], "scheduled:changed", payload)
