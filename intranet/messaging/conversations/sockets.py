"""What a client is told when it connects, and which conversation it has open."""

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
    """Where the person is in each conversation, so that the client asks only for what it lacks."""
    return {
        "epoch": epochs.current(),
        "conversations": [counters_json(each) for each in queries.counters(person)],
    }


@on("conversation:watch", scope="read")
def open_conversation(person: Person, data: Mapping[str, Any]) -> None:
    """The client has it open: it hears who is typing, and all that is said if it is a guest."""
    form = NamedConversation.parse(data)
    watch(get_conversation(person, form.conversation_id).id)


@on("conversation:unwatch", scope="read")
def close_conversation(_person: Person, data: Mapping[str, Any]) -> None:
    """The client no longer has it open."""
    unwatch(NamedConversation.parse(data).conversation_id)


def counters_json(counters: queries.Counters) -> Mapping[str, Any]:
    """A conversation's counters and the person's place."""
    return {
        "id": str(counters.id),
        "last_seq": counters.last_seq,
        "rev": counters.rev,
        "read_seq": counters.read_seq,
        "unread_from": counters.unread_from,
        "muted": counters.is_muted,
    }
