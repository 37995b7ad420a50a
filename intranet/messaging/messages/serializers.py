"""Messages as JSON, the same for every reader (`docs/interface.md`)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from intranet.delivery.files.serializers import file_json
from intranet.messaging.messages.log_ranges import StretchReaction, StretchReply
from intranet.messaging.messages.models import Forward, Message, Reaction

MAX_REACTION_PEOPLE = 50


def message_json(
    message: Message, reactions: Iterable[Reaction | StretchReaction] | None = None
) -> dict[str, Any]:
    """Serialise a message. A deleted one has only ids, `seq`, `rev` and `deleted`.

    A message hidden by moderation is the same with `hidden`; nothing else tells the two apart. One
    that retention removed has the name of the rule and the time, as `expired`.

    Args:
        reactions: where they are not loaded with the message.
    """
    if message.deleted_at:
        return _tombstone(message)
    return {
        "id": str(message.id),
        "conversation_id": str(message.conversation_id),
        "seq": message.seq,
        "rev": message.rev,
        "body_rev": message.body_rev,
        "client_id": str(message.client_id),
        "author": {
            "id": str(message.author_id),
            "name": message.author.name,
            "caption": message.caption,
        },
        "body": message.body,
        "html": message.html,
        "parent_id": str(message.parent_id) if message.parent_id else None,
        "parent_seq": message.parent.seq if message.parent else None,
        "reply_count": message.reply_count,
        "created_at": instant(message.created_at),
        "edited_at": instant(message.edited_at),
        "deleted": False,
        "files": [file_json(held.file) for held in message.files],
        "mentions": message.mentions,
        "reactions": reactions_json(message.reactions if reactions is None else reactions),
        "pinned": message.pinned_at is not None,
        **forward_json(message.forward),
    }


def forward_json(forward: Forward | None) -> dict[str, Any]:
    """Serialise the forwarded words of a message, if it has any.

    The original conversation is not included: the JSON is the same for every reader, and not all of
    them may know of it (`/c/ID/m/SEQ/origin`). Of words that were taken away only the author and
    the time are left.
    """
    if forward is None:
        return {}
    is_there = forward.withdrawn_at is None
    return {
        "forwarded": {
            "author": {"name": forward.author_name, "caption": forward.caption},
            "place": forward.place,
            "said_at": instant(forward.said_at),
            "body": forward.body if is_there else "",
            "html": forward.html if is_there else "",
            "files": [file_json(held.file) for held in forward.files]
            if is_there and forward.has_files
            else [],
            "withdrawn": not is_there,
        }
    }


def former_message_json(message: Message) -> dict[str, Any]:
    """Serialise a person's own message in a conversation that they can no longer read.

    It includes nothing that others did with it, since that may have come afterwards.
    """
    alone = {"rev": message.body_rev, "reply_count": 0, "reactions": [], "pinned": False}
    return {**message_json(message), **alone}


def reply_json(message: StretchReply) -> dict[str, Any]:
    """Serialise what the page needs of a reply that it shows only in its thread."""
    return {
        "id": str(message.id),
        "seq": message.seq,
        "rev": message.rev,
        "parent_id": str(message.parent_id),
    }


def reactions_json(reactions: Iterable[Reaction | StretchReaction]) -> list[dict[str, Any]]:
    """Serialise reactions in the order in which each first came, with counts and people."""
    people: dict[str, list[str]] = defaultdict(list)
    for reaction in reactions:
        people[reaction.emoji].append(str(reaction.person_id))
    return [
        {"emoji": emoji, "count": len(ids), "people": ids[:MAX_REACTION_PEOPLE]}
        for emoji, ids in people.items()
    ]


def message_event(message: Message) -> dict[str, Any]:
    """Build the push for a posted or changed message."""
    return {
        "conversation_id": str(message.conversation_id),
        "rev": message.rev,
        "message": message_json(message),
    }


def instant(value: datetime | None) -> str | None:
    """Format an instant as RFC 3339 in UTC, to the millisecond."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tombstone(message: Message) -> dict[str, Any]:
    more: dict[str, Any]
    if message.expired_under:
        more = {"expired": {"rule": message.expired_under, "at": instant(message.deleted_at)}}
    else:
        more = {"hidden": True} if message.hidden_at else {}
    return {
        "id": str(message.id),
        "conversation_id": str(message.conversation_id),
        "seq": message.seq,
        "rev": message.rev,
        "parent_id": str(message.parent_id) if message.parent_id else None,
        "deleted": True,
        **more,
    }
