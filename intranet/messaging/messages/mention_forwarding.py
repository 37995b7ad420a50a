"""Send a message to a mentioned post that cannot read it where it was written."""

from uuid import uuid5

from intranet.messaging.conversations.operations import start_post_conversation
from intranet.messaging.messages.models import BODY_LIMIT, Message
from intranet.messaging.messages.posting import post_message
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l

LINK_CHARACTERS = 200


def send_to_post(
    author: Person, message: Message, post: Post, *, words: str, posts_per_10s: int = 20
) -> Message:
    """Write to a post what the author wrote elsewhere, with a link to the original.

    The link shows nothing to people who may not read there. Sending it again adds nothing, unless
    the text has changed since.

    Args:
        words: the text of the link, in the author's language.

    Raises:
        Forbidden: somebody else wrote it, or the author may not write to the post.
        TooMany: the author has begun twenty direct messages within a day, or sent too many
            messages in ten seconds.
    """
    if message.author_id != author.id or message.deleted_at:
        raise Forbidden(_l("Only the author of a message can send it to a post."))
    talk = start_post_conversation(author, post)
    place = f"[{words}](/c/{message.conversation_id}/m/{message.seq})"
    said = message.body[: BODY_LIMIT - LINK_CHARACTERS].rstrip()
    return post_message(
        author,
        talk.id,
        f"{said}\n\n{place}",
        client_id=uuid5(message.id, f"{post.id} {message.body_rev}"),
        posts_per_10s=posts_per_10s,
    )
