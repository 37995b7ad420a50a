"""Posts that a message mentions but that cannot read it: its author may send it to them."""

from typing import Any

from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.access import get_message_at
from intranet.messaging.messages.message_parts import unreached_posts
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound


def missed_by(person: Person, conversation: Conversation, seq: int | None) -> dict[str, Any] | None:
    """Return mentioned posts that cannot read the person's message, to offer to send it to them."""
    if seq is None:
        return None
    try:
        message = get_message_at(person, conversation.id, seq)
    except NotFound:
        return None
    if message.author_id != person.id:
        return None
    posts = unreached_posts(conversation, message.mentions)
    return {"seq": seq, "posts": posts} if posts else None
