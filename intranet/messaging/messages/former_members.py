"""A person's own messages in a conversation that they can no longer read."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from intranet.delivery.files.serializers import file_json
from intranet.extensions import db
from intranet.messaging.conversations import queries as conversation_queries
from intranet.messaging.conversations.listing import space_name
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.post_readers import post_named
from intranet.messaging.messages import queries
from intranet.messaging.messages.message_parts import without_repeats
from intranet.messaging.messages.models import Message
from intranet.organisation.agencies.models import Post


def former_context(rows: Sequence[Message]) -> dict[str, Any]:
    """Return these messages with the post or the group for which they were written."""
    conversation = db.session.get_one(Conversation, rows[0].conversation_id)
    post, others = None, ""
    if conversation.post_id:
        post = post_named(db.session.get_one(Post, conversation.post_id))
        others = ", ".join(row.name for row in conversation_queries.participants(conversation))
    return {
        "conversation_id": conversation.id,
        "post": post,
        "others": others,
        "group": space_name(conversation.space) if conversation.space else "",
        "messages": [
            {
                "seq": row.seq,
                "caption": without_repeats(row.caption),
                "html": Markup(row.html),  # noqa: S704 - it came out of the sanitiser's door
                "created_at": row.created_at,
                "edited_at": row.edited_at,
                "files": [file_json(held.file) for held in row.files],
            }
            for row in queries.several([row.id for row in rows])
        ],
    }
