"""What a client is told when it connects, and which conversation it has open."""

from collections.abc import Mapping
from typing import Any

from intranet.conversations import queries
from intranet.people.models import Person
from intranet.realtime import on_connect


@on_connect
def hello(person: Person) -> dict[str, Any]:
    """Where the person is in each conversation, so that the client asks only for what it lacks."""
    return {
        "conversations": [standing_json(standing) for standing in queries.standings(person)],
    }


def standing_json(standing: queries.Standing) -> Mapping[str, Any]:
    """A conversation's counters and the person's place."""
    return {
        "id": str(standing.conversation.id),
        "last_seq": standing.conversation.last_seq,
        "rev": standing.conversation.rev,
        "read_seq": standing.read_seq,
        "unread_from": standing.unread_from,
        "muted": standing.is_muted,
    }
