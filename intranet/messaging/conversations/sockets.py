"""Socket events about conversations: the greeting on connect, and the open conversation."""

from collections.abc import Mapping
from typing import Any

from intranet.delivery.realtime import on, on_connect, unwatch, watch
from intranet.messaging.conversations import queries
from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.forms import NamedConversation
from intranet.organisation.people.models import Person
from intranet.platform.core import epochs


@on_connect
def hello(person: Person) -> dict[str, Any]:
    """Return the person's read positions, so that the client asks only for what it lacks."""
    return {
        "epoch": epochs.current(),
        "conversations": [counters_json(each) for each in queries.counters(person)],
    }


@on("conversation:watch", scope="read")
def open_conversation(person: Person, data: Mapping[str, Any]) -> None:
    """Note the open conversation: the client gets typing events, and as a guest all messages."""
    form = NamedConversation.parse(data)
    watch(get_conversation(person, form.conversation_id).id)


@on("conversation:unwatch", scope="read")
def close_conversation(_person: Person, data: Mapping[str, Any]) -> None:
    """Note that the client has closed the conversation."""
    unwatch(NamedConversation.parse(data).conversation_id)


def counters_json(counters: queries.Counters) -> Mapping[str, Any]:
    """Serialise a conversation's counters and the person's read position."""
    return {
        "id": str(counters.id),
        "last_seq": counters.last_seq,
        "rev": counters.rev,
        "read_seq": counters.read_seq,
        "unread_from": counters.unread_from,
        "muted": counters.is_muted,
    }
