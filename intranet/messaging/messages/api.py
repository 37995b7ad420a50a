"""REST endpoints for messages."""

from itertools import islice
from operator import itemgetter
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages import endpoints, queries
from intranet.messaging.messages.access import get_former_message, get_message
from intranet.messaging.messages.forms import PostMessage
from intranet.messaging.messages.forwarding import TARGETS_LIMIT, forward_message
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.operations import (
    add_reaction,
    delete_message,
    edit_message,
    pin_message,
    remove_reaction,
    remove_version,
    unpin_message,
)
from intranet.messaging.messages.reactors import reactors_of
from intranet.messaging.messages.responses import MessageResponse, ReactorsResponse, VersionResponse
from intranet.messaging.messages.serializers import former_message_json, instant, message_json
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core import epochs
from intranet.platform.core.parsing import MAX_INTEGER, Form, Text
from intranet.platform.core.query_values import limit, number, number_cursor
from intranet.platform.core.rest import (
    PREFIX,
    body,
    described,
    idempotent,
    page,
    part,
    replacing,
    with_version,
)
from intranet.platform.core.web import settings

bp = Blueprint("messages_api", __name__, url_prefix=PREFIX)


class EditBody(Form):
    """A new body, and the revision of the text that the writer was editing."""

    body: Text
    body_rev: Annotated[int | None, Field(ge=0, le=MAX_INTEGER)] = None


class ForwardBody(Form):
    """Where to forward a message, with an optional comment; `client_id` makes it safe to repeat."""

    conversation_ids: list[UUID] = Field(min_length=1, max_length=TARGETS_LIMIT)
    client_id: UUID
    body: Text = ""


@bp.get("/conversations/<uuid:conversation_id>/messages")
@described(
    list[MessageResponse],
    query=("before_seq", "after_seq", "around_seq", "since_rev", "epoch", "limit", "cursor"),
)
@signed_in
def index(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """List messages by sequence number, or changes since a revision; by default the latest."""
    conversation = get_conversation(person, conversation_id)
    stands = {"rev": conversation.rev, "last_seq": conversation.last_seq, "epoch": epochs.current()}
    if _knows_lost(conversation):
        return jsonify({"items": [], "next_cursor": None, **stands, "reset": True})
    found, following = _asked_for(conversation.id)
    items = [message_json(row) for row in found]
    return jsonify({"items": items, "next_cursor": following, **stands})


@bp.post("/conversations/<uuid:conversation_id>/messages")
@described(MessageResponse, form=PostMessage)
@signed_in
def create(author: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Post a message, once per `client_id`."""
    form = PostMessage.parse_exactly(body(), conversation_id=conversation_id)
    get_conversation(author, conversation_id)
    return idempotent(
        author.id, lambda: (_posted(author, form), 201), version=itemgetter("body_rev")
    )


@bp.get("/messages/<uuid:message_id>")
@described(MessageResponse)
@signed_in
def show(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Return one message; after you have left a post, only if you wrote it."""
    if kept := get_former_message(person, message_id):
        return with_version(former_message_json(queries.load_message(kept)), kept.body_rev)
    return _message(get_message(person, message_id))


@bp.patch("/messages/<uuid:message_id>")
@described(MessageResponse, form=EditBody)
@signed_in
def update(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Change your own message; `If-Match` or `body_rev` names the text it replaces."""
    message = get_message(person, message_id)
    form = EditBody.parse_exactly(body())
    with replacing("body_rev", message.body_rev, form.body_rev) as body_rev:
        edit_message(person, message, form.body, body_rev=body_rev)
    return _message(message)


@bp.delete("/messages/<uuid:message_id>")
@described(MessageResponse)
@signed_in
def delete(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Delete the content of a message; its sequence number stays."""
    left = get_former_message(person, message_id)
    deleted = delete_message(person, left or get_message(person, message_id))
    if left:
        return with_version(former_message_json(queries.load_message(deleted)), deleted.body_rev)
    return _message(deleted)


@bp.get("/messages/<uuid:message_id>/versions")
@described(list[VersionResponse], query=("limit", "cursor"))
@signed_in
def versions(person: Person, message_id: UUID) -> ResponseReturnValue:
    """List the earlier versions of a message, the latest first."""
    message = get_message(person, message_id)
    rows, following = part(queries.versions(message.id), lambda row: str(row.id))
    return page(
        [
            {
                "id": str(row.id),
                "body": row.body,
                "html": row.html,
                "written_at": instant(row.written_at),
                "removed_at": instant(row.removed_at),
            }
            for row in rows
        ],
        following,
    )


@bp.delete("/messages/<uuid:message_id>/versions/<uuid:version_id>")
@described(MessageResponse)
@signed_in
def remove(person: Person, message_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """Remove the text of an earlier version for good; the record of the edit stays."""
    message = get_message(person, message_id)
    remove_version(person, message, version_id)
    return _message(message)


@bp.get("/messages/<uuid:message_id>/replies")
@described(list[MessageResponse], query=("limit", "cursor"))
@signed_in
def replies(person: Person, message_id: UUID) -> ResponseReturnValue:
    """List the replies to a message, in order."""
    message = get_message(person, message_id)
    found = queries.replies(message.id, after_seq=number_cursor() or 0, limit=limit())
    following = str(found[-1].seq) if len(found) == limit() else None
    return page([message_json(row) for row in found], following)


@bp.put("/messages/<uuid:message_id>/pin")
@described(MessageResponse)
@signed_in
def pin(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Pin a message."""
    return _message(pin_message(person, get_message(person, message_id)))


@bp.delete("/messages/<uuid:message_id>/pin")
@described(MessageResponse)
@signed_in
def unpin(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Unpin a message."""
    return _message(unpin_message(person, get_message(person, message_id)))


@bp.put("/messages/<uuid:message_id>/reactions/<emoji>")
@described(MessageResponse)
@signed_in
def react(person: Person, message_id: UUID, emoji: str) -> ResponseReturnValue:
    """Add your reaction to a message."""
    return _message(add_reaction(person, get_message(person, message_id), emoji))


@bp.delete("/messages/<uuid:message_id>/reactions/<emoji>")
@described(MessageResponse)
@signed_in
def unreact(person: Person, message_id: UUID, emoji: str) -> ResponseReturnValue:
    """Remove your reaction from a message."""
    return _message(remove_reaction(person, get_message(person, message_id), emoji))


@bp.get("/messages/<uuid:message_id>/reactions")
@described(list[ReactorsResponse], query=("limit", "cursor"))
@signed_in
def reactions(person: Person, message_id: UUID) -> ResponseReturnValue:
    """List the reactions to a message, each with its count and the first names."""
    message = get_message(person, message_id)
    rows, following = part(reactors_of(message, person), lambda row: row.emoji)
    return page(
        [
            {
                "emoji": row.emoji,
                "count": row.count,
                "mine": row.is_mine,
                "people": [{"id": str(each.id), "name": each.name} for each in row.people],
            }
            for row in rows
        ],
        following,
    )


@bp.post("/messages/<uuid:message_id>/forwards")
@described(list[MessageResponse], form=ForwardBody)
@signed_in
def forward(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Forward a message to other conversations, once per `client_id`; returns the new messages."""
    message = get_message(person, message_id)
    form = ForwardBody.parse_exactly(body())
    sent = forward_message(
        person,
        message,
        form.conversation_ids,
        comment=form.body,
        client_id=form.client_id,
        posts_per_10s=settings().posts_per_10s,
    )
    return page([message_json(queries.load_message(row)) for row in sent]), 201


@bp.get("/conversations/<uuid:conversation_id>/pins")
@described(list[MessageResponse], query=("limit", "cursor"))
@signed_in
def pins(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """List the pinned messages of a conversation."""
    conversation = get_conversation(person, conversation_id)
    rows, following = part(queries.pinned(conversation.id), lambda row: str(row.id))
    return page([message_json(row) for row in rows], following)


def _posted(author: Person, form: PostMessage) -> dict[str, Any]:
    stored: dict[str, Any] = endpoints.stored(endpoints.post(author, form))["message"]
    return stored


def _message(message: Message) -> Response:
    shown = queries.load_message(message)
    return with_version(message_json(shown), shown.body_rev)


def _knows_lost(conversation: Conversation) -> bool:
    """Return whether the client's position belongs to data lost when a backup was restored."""
    seq, rev = (number(name) or 0 for name in ("after_seq", "since_rev"))
    return seq > conversation.last_seq or endpoints.Lost(request.args.get("epoch")).has(
        conversation.id, conversation.rev, rev
    )


def _asked_for(conversation_id: UUID) -> tuple[list[Message], str | None]:
    """Return the messages that the query string names, and the cursor of the next page."""
    count, last = limit(), number_cursor() or 0
    if (rev := number("since_rev")) is not None:
        rev = max(rev, last)
        found = list(islice(queries.changed_since(conversation_id, rev, first=count), count))
        return found, str(found[-1].rev) if len(found) == count else None
    if (seq := number("around_seq")) is not None:
        return list(queries.around(conversation_id, seq, count)), None
    if (seq := number("after_seq")) is not None:
        found = list(queries.after(conversation_id, max(seq, last), count))
        return found, str(found[-1].seq) if len(found) == count else None
    named = number("before_seq")
    before = last or (MAX_INTEGER if named is None else named)
    found = list(queries.before(conversation_id, before, count))
    more = found and found[0].seq > 1
    return found, str(found[0].seq) if more else None
