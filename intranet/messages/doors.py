"""From a form to the operation and its answer, shared by page, REST and socket."""

from typing import Any
from uuid import UUID

from intranet.conversations.access import get_conversation, readable_by
from intranet.conversations.models import Conversation
from intranet.core.web import settings
from intranet.extensions import db
from intranet.messages import calls, queries
from intranet.messages.forms import PostMessage, Sync
from intranet.messages.models import Message
from intranet.messages.operations import post_message
from intranet.messages.serializers import message_json
from intranet.people.models import Person

SYNC_MESSAGES = 200
SYNC_BYTES = 256 * 1024


def post(person: Person, form: PostMessage) -> Message:
    """Post what a form holds, where the person may read."""
    conversation = get_conversation(person, form.conversation_id)
    return post_message(
        person,
        conversation,
        form.body,
        client_id=form.client_id,
        parent_id=form.parent_id,
        file_ids=form.file_ids,
        post_id=form.post_id,
        posts_per_10s=settings().posts_per_10s,
    )


def stored(message: Message) -> dict[str, Any]:
    """The acknowledgement of a post or edit: the message, and whom it names in vain."""
    answer = acknowledged(message)
    if message.mentions:
        conversation = db.session.get_one(Conversation, message.conversation_id)
        if names := calls.unreached(conversation, message.mentions):
            answer["unreached"] = names
    return answer


def acknowledged(message: Message) -> dict[str, Any]:
    """The acknowledgement of any other change."""
    return {"message": message_json(queries.whole(message))}


def sync(person: Person, form: Sync) -> list[dict[str, Any]]:
    """What changed in each conversation since the client's revision, bounded in number and bytes.

    A conversation that is not the person's to read is answered with `gone`, like a random id.
    """
    room = SYNC_BYTES
    answers = []
    for known in form.conversations:
        answer, used = _since(person, known.id, known.rev, room)
        answers.append(answer)
        room -= used
    return answers


def _since(
    person: Person, conversation_id: UUID, rev: int, room: int
) -> tuple[dict[str, Any], int]:
    conversation = db.session.get(Conversation, conversation_id)
    readable = db.session.query(Conversation.id).filter(
        Conversation.id == conversation_id, readable_by(person)
    )
    named = {"id": str(conversation_id)}
    if conversation is None or readable.first() is None:
        return {**named, "gone": True, "complete": True, "rev": 0, "messages": []}, 0
    if rev > conversation.rev:
        # The client knows more than there is: an older copy of the data was brought back.
        return {
            **named,
            "reset": True,
            "complete": True,
            "rev": conversation.rev,
            "messages": [],
        }, 0
    if room <= 0:
        return {**named, "rev": rev, "complete": conversation.rev <= rev, "messages": []}, 0
    return _page(conversation, rev, room)


def _page(conversation: Conversation, rev: int, room: int) -> tuple[dict[str, Any], int]:
    found = queries.changed_since(conversation.id, rev, SYNC_MESSAGES + 1)
    used = 0
    taken: list[dict[str, Any]] = []
    for message in found[:SYNC_MESSAGES]:
        shown = message_json(message)
        used += len(shown.get("body", "")) + len(shown.get("html", "")) + 800
        if taken and used > room:
            break
        taken.append(shown)
    complete = len(taken) == len(found)
    reached = conversation.rev if complete else taken[-1]["rev"]
    answer = {
        "id": str(conversation.id),
        "rev": reached,
        "complete": complete,
        "messages": taken,
    }
    return answer, used
