"""REST endpoints for a person's own lists: mentions, threads, drafts and saved messages."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, Field

from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.messages import own_lists, queries
from intranet.messaging.messages.access import get_message
from intranet.messaging.messages.drafting import drop_draft_at, save_draft
from intranet.messaging.messages.models import (
    Following,
    Message,
    MessageDraft,
    SavedMessage,
    ThreadPlace,
)
from intranet.messaging.messages.reminder_times import CHOICES, reminder_at
from intranet.messaging.messages.responses import (
    DraftResponse,
    FollowingResponse,
    MentionResponse,
    SavedResponse,
    ThreadResponse,
)
from intranet.messaging.messages.saving import save_message, unsave_message
from intranet.messaging.messages.serializers import instant, message_json
from intranet.messaging.messages.threads import (
    leave_thread,
    read_thread,
    set_following,
    thread_state_of,
)
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.parsing import MAX_INTEGER, EmptyIsNone, Form, Text
from intranet.platform.core.query_values import is_switched_on, limit
from intranet.platform.core.rest import (
    NO_CURSOR,
    PREFIX,
    after_time,
    body,
    cursor,
    described,
    page,
    read_time,
    time_cursor,
)
from intranet.platform.core.web import current_zone

bp = Blueprint("own_lists_api", __name__, url_prefix=PREFIX)


class SaveMessage(Form):
    """When to be reminded: an instant, or the name of a choice."""

    remind_at: Annotated[AwareDatetime | None, EmptyIsNone] = None
    remind: Annotated[Text | None, EmptyIsNone] = None


class FollowThread(Form):
    """Whether to follow a thread."""

    state: Following


class ReadThread(Form):
    """How far a thread is read."""

    seq: Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class KeepDraft(Form):
    """The text of a draft; empty text deletes it."""

    body: Text = ""
    parent_id: Annotated[UUID | None, EmptyIsNone] = None


@bp.get("/mentions")
@described(list[MentionResponse], query=("limit", "cursor"))
@signed_in
def mentions(person: Person) -> ResponseReturnValue:
    """List messages that mention you and that you may read, the newest first."""
    count = limit()
    found = own_lists.mentions_of(person, before=_message_cursor(), limit=count + 1)
    whole = _whole([message.id for message, _unread in found[:count]])
    items = [
        {"message": message_json(whole[message.id]), "unread": is_unread}
        for message, is_unread in found[:count]
    ]
    return page(items, str(found[count - 1][0].id) if len(found) > count else None)


@bp.get("/threads")
@described(list[ThreadResponse], query=("limit", "cursor"))
@signed_in
def threads(person: Person) -> ResponseReturnValue:
    """List threads that you follow, those with unread replies first."""
    count = limit()
    found = own_lists.threads_of(person, after=_thread_cursor(), limit=count + 1)
    whole = _whole([row.parent_id for row in found[:count]])
    items = [_thread_json(row, whole[row.parent_id]) for row in found[:count]]
    following = None
    if len(found) > count:
        row = found[count - 1]
        following = f"{int(row.unread > 0)} {after_time(row.last_at, row.parent_id)}"
    return page(items, following)


@bp.get("/saved")
@described(list[SavedResponse], query=("done", "limit", "cursor"))
@signed_in
def saved(person: Person) -> ResponseReturnValue:
    """List messages you saved for later, the latest first; with `done=1` those marked as done."""
    count = limit()
    found = own_lists.saved_of(
        person, done=is_switched_on("done"), after=time_cursor(), limit=count + 1
    )
    shown = own_lists.Excerpts(person, [row.message_id for row in found[:count]])
    readable = [row.message_id for row in found[:count] if shown.of(row.message_id)]
    whole = _whole(readable)
    items = [_saved_json(row, whole.get(row.message_id)) for row in found[:count]]
    more = len(found) > count
    last = found[count - 1] if more else None
    return page(items, after_time(last.saved_at, last.message_id) if last else None)


@bp.get("/drafts")
@described(list[DraftResponse], query=("limit", "cursor"))
@signed_in
def drafts(person: Person) -> ResponseReturnValue:
    """List your drafts, the latest first."""
    count = limit()
    found = own_lists.drafts_of(person, after=time_cursor(), limit=count + 1)
    last = found[count - 1] if len(found) > count else None
    items = [_draft_json(row) for row in found[:count]]
    return page(items, after_time(last.updated_at, last.id) if last else None)


@bp.put("/messages/<uuid:message_id>/saved")
@described(SavedResponse, form=SaveMessage)
@signed_in
def save(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Save a message for later, and choose when to be reminded of it."""
    message = get_message(person, message_id)
    form = SaveMessage.parse_exactly(body())
    remind_at = form.remind_at
    if form.remind and remind_at is None:
        remind_at = reminder_at(person, _short(form.remind), current_zone())
    row = save_message(person, message, remind_at=remind_at)
    return jsonify(_saved_json(row, queries.load_message(message)))


@bp.delete("/messages/<uuid:message_id>/saved")
@described(None, status=204)
@signed_in
def unsave(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Remove a message from those saved for later."""
    unsave_message(person, message_id)
    return "", 204


@bp.put("/messages/<uuid:message_id>/following")
@described(FollowingResponse, form=FollowThread)
@signed_in
def follow(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Follow the thread of a message, leave it, or mute it: `followed`, `left`, `muted`."""
    state = FollowThread.parse_exactly(body()).state
    if state == Following.LEFT:
        leave_thread(person, message_id)
    parent = _parent(get_message(person, message_id))
    set_following(person, parent, state)
    return _following(person, parent)


@bp.put("/messages/<uuid:message_id>/following/read")
@described(FollowingResponse, form=ReadThread)
@signed_in
def read(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Mark a thread as read up to a message; the mark never moves back."""
    parent = _parent(get_message(person, message_id))
    read_thread(person, parent, ReadThread.parse_exactly(body()).seq)
    return _following(person, parent)


@bp.put("/conversations/<uuid:conversation_id>/draft")
@described(DraftResponse, form=KeepDraft)
@signed_in
def keep(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Save your draft here in place of the one before; empty text deletes it."""
    form = KeepDraft.parse_exactly(body())
    if not form.body.strip():
        drop_draft_at(person, form.parent_id or conversation_id)
    conversation = get_conversation(person, conversation_id)
    draft = save_draft(person, conversation, form.body, parent_id=form.parent_id)
    empty = {"id": None, "body": "", "updated_at": None}
    here = {"conversation_id": str(conversation_id), "parent_id": _text(form.parent_id)}
    return jsonify(_draft_json(draft) if draft else {**empty, **here})


def _parent(message: Message) -> Message:
    return (queries.message(message.parent_id) if message.parent_id else None) or message


def _following(person: Person, parent: Message) -> ResponseReturnValue:
    state = thread_state_of(person, parent.id)
    return jsonify({"id": str(parent.id), "state": state.value if state else None})


def _whole(message_ids: list[UUID]) -> dict[UUID, Message]:
    return {row.id: row for row in queries.several(message_ids)}


def _thread_json(row: ThreadPlace, parent: Message) -> dict[str, Any]:
    return {
        "message": message_json(parent),
        "unread": row.unread,
        "mentioned": row.mentioned,
        "last_at": instant(row.last_at),
    }


def _saved_json(row: SavedMessage, message: Message | None) -> dict[str, Any]:
    """Return a saved message; without its content if the person may no longer read it."""
    return {
        "message_id": str(row.message_id),
        "message": message_json(message) if message else None,
        "saved_at": instant(row.saved_at),
        "done_at": instant(row.done_at),
        "remind_at": instant(row.remind_at),
    }


def _draft_json(row: MessageDraft) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "conversation_id": str(row.conversation_id),
        "parent_id": _text(row.parent_id),
        "body": row.body,
        "updated_at": instant(row.updated_at),
    }


def _text(row_id: UUID | None) -> str | None:
    return str(row_id) if row_id else None


def _short(choice: str) -> str:
    return choice if choice in CHOICES[:-1] else ""


def _message_cursor() -> UUID | None:
    try:
        return UUID(cursor()) if cursor() else None
    except ValueError as error:
        raise Invalid({"cursor": NO_CURSOR}) from error


def _thread_cursor() -> tuple[bool, datetime, UUID] | None:
    if not (text := cursor()):
        return None
    flag, _space, rest = text.partition(" ")
    if here := read_time(rest):
        return (flag == "1", *here)
    raise Invalid({"cursor": NO_CURSOR})
