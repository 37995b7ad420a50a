"""REST endpoints for conversations, read positions and participants."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.messaging.conversations import queries
from intranet.messaging.conversations.access import (
    Rights,
    get_addressed_post,
    get_conversation,
    rights_across,
    rights_of,
)
from intranet.messaging.conversations.closed_channels import carried_on
from intranet.messaging.conversations.forms import Epoch, FavouriteOrder
from intranet.messaging.conversations.listing import favourites_among, listed, title_of
from intranet.messaging.conversations.members import members_page
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import (
    add_favourite,
    create_channel,
    drop_favourite,
    mark_read,
    mark_unread_from,
    mute,
    order_favourites,
    start_direct_message,
    start_post_conversation,
    unmute,
)
from intranet.messaging.conversations.participants import name_participants, with_participants
from intranet.messaging.conversations.responses import ConversationResponse, MemberResponse
from intranet.messaging.spaces.access import get_space
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.access import get_person
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import MAX_INTEGER, Form, Line
from intranet.platform.core.query_values import limit
from intranet.platform.core.rest import PREFIX, body, described, idempotent, name_cursor, page, part
from intranet.platform.core.web import current_language

MEMBER = (
    *("id", "name", "photo_url", "availability", "role", "by_hand"),
    *("post_title", "unit_name", "agency_name"),
)

bp = Blueprint("conversations_api", __name__, url_prefix=PREFIX)


class NewConversation(Form):
    """A direct message to `person_ids` or to a post, or a channel with a `name` in a space.

    With `post_id` it is to whoever speaks for the post, and `person_ids` write to it together with
    the person.
    """

    post_id: UUID | None = None
    person_ids: list[UUID] = Field(default_factory=list, max_length=20)
    space_id: UUID | None = None
    name: Annotated[Line, Field(max_length=80)] = ""
    purpose: Annotated[Line, Field(max_length=300)] = ""


class NamedPlace(Form):
    """The sequence number of a message; None removes a mark."""

    seq: Annotated[int | None, Field(ge=0, le=MAX_INTEGER)]


class ReadPlace(NamedPlace):
    """How far the person has read, and in which epoch."""

    epoch: Epoch


@bp.get("/conversations")
@described(list[ConversationResponse], query=("limit", "cursor"))
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List the conversations that you take part in, the latest first."""
    some, following = part(
        queries.standings_with_people(person), lambda row: str(row.conversation.id)
    )
    name_participants([row.conversation for row in some])
    rights = rights_across(person, [row.conversation for row in some])
    items = [
        _json(person, row, _talkers(row.conversation), rights[row.conversation.id]) for row in some
    ]
    return page(items, following)


@bp.post("/conversations")
@described(ConversationResponse, form=NewConversation)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Open a channel, or start a direct message to people or a post; returns an existing one."""
    form = NewConversation.parse_exactly(body())
    if form.post_id:
        get_addressed_post(person, form.post_id)
    if form.space_id:
        get_space(person, form.space_id)
    return idempotent(person.id, lambda: (_created(person, form), 201))


@bp.get("/conversations/<uuid:conversation_id>")
@described(ConversationResponse)
@signed_in
def show(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Return a conversation and your read position in it."""
    return jsonify(_one(person, get_conversation(person, conversation_id)))


@bp.put("/conversations/<uuid:conversation_id>/read")
@described(ConversationResponse, form=ReadPlace)
@signed_in
def read(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Mark as read up to a message; the mark never moves back."""
    conversation = get_conversation(person, conversation_id)
    form = ReadPlace.parse_exactly(body())
    mark_read(person, conversation, form.seq or 0, epoch=form.epoch)
    return jsonify(_one(person, conversation))


@bp.put("/conversations/<uuid:conversation_id>/unread_from")
@described(ConversationResponse, form=NamedPlace)
@signed_in
def unread_from(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Mark as unread from a message on."""
    conversation = get_conversation(person, conversation_id)
    mark_unread_from(person, conversation, NamedPlace.parse_exactly(body()).seq)
    return jsonify(_one(person, conversation))


@bp.put("/conversations/<uuid:conversation_id>/mute")
@described(ConversationResponse)
@signed_in
def silence(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Mute a conversation: only mentions count."""
    return _changed(person, conversation_id, mute)


@bp.delete("/conversations/<uuid:conversation_id>/mute")
@described(ConversationResponse)
@signed_in
def unsilence(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Unmute a conversation."""
    return _changed(person, conversation_id, unmute)


@bp.put("/conversations/<uuid:conversation_id>/favourite")
@described(ConversationResponse)
@signed_in
def favour(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Add a conversation to your favourites."""
    return _changed(person, conversation_id, add_favourite)


@bp.delete("/conversations/<uuid:conversation_id>/favourite")
@described(ConversationResponse)
@signed_in
def unfavour(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Remove a conversation from your favourites."""
    drop_favourite(person, conversation_id)
    conversation = get_conversation(person, conversation_id)
    return jsonify(_one(person, conversation))


@bp.put("/favourites")
@described(FavouriteOrder, form=FavouriteOrder)
@signed_in
def put_in_order(person: Person) -> ResponseReturnValue:
    """Order your favourites; those that you leave out come last."""
    order_favourites(person, FavouriteOrder.parse(body()).ids)
    return jsonify(ids=[str(row.conversation.id) for row in favourites_among(listed(person))])


@bp.get("/conversations/<uuid:conversation_id>/members")
@described(list[MemberResponse], query=("q", "limit", "cursor"))
@signed_in
def members(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """List the people who can read a conversation, by name."""
    conversation = get_conversation(person, conversation_id)
    words = request.args.get("q", "")[:100]
    found = members_page(person, conversation, words, name_cursor(), limit())
    items = [{name: row[name] for name in MEMBER} for row in found["items"]]
    return page([{**row, "id": str(row["id"])} for row in items], found["next_cursor"])


def _changed(
    person: Person, conversation_id: UUID, change: Callable[[Person, Conversation], object]
) -> ResponseReturnValue:
    conversation = get_conversation(person, conversation_id)
    change(person, conversation)
    return jsonify(_one(person, conversation))


def _created(person: Person, form: NewConversation) -> dict[str, Any]:
    if form.space_id:
        space = get_space(person, form.space_id)
        made = create_channel(
            person, space, form.name, purpose=form.purpose, language=current_language()
        )
    else:
        others = [get_person(person, person_id) for person_id in form.person_ids]
        if form.post_id:
            made = start_post_conversation(person, get_addressed_post(person, form.post_id), others)
        else:
            made = start_direct_message(person, others)
    return _one(person, made)


def _one(person: Person, conversation: Conversation) -> dict[str, Any]:
    people: Sequence[Person] = ()
    if conversation.space is None:
        people = _talkers(with_participants(conversation))
    standing = queries.read_position(person, conversation)
    return _json(person, standing, people, rights_of(person, conversation))


def _talkers(conversation: Conversation) -> list[Person]:
    """List the people of a direct message out of a list, if they were loaded with it."""
    return [row.person for row in conversation.participants]


def _json(
    person: Person, standing: queries.ConversationStanding, people: Sequence[Person], rights: Rights
) -> dict[str, Any]:
    conversation = standing.conversation
    space = conversation.space
    further = carried_on(person, conversation)
    return {
        "id": str(conversation.id),
        "kind": conversation.kind.value,
        "title": title_of(conversation, person, {row.id: {"name": row.name} for row in people}),
        "post_id": str(conversation.post_id) if conversation.post_id else None,
        "space_id": str(space.id) if space else None,
        "unit_id": str(space.unit_id) if space and space.unit_id else None,
        "agency": space.agency.code if space else None,
        "is_main": conversation.is_main,
        "purpose": conversation.purpose,
        "people_ids": [str(row.id) for row in people],
        "last_seq": conversation.last_seq,
        "rev": conversation.rev,
        "read_seq": standing.read_seq,
        "unread_from": standing.unread_from,
        "unread": standing.unread,
        "muted": standing.is_muted,
        "favourite": standing.is_favourite,
        "archived_at": conversation.archived_at.isoformat() if conversation.archived_at else None,
        "carried_on_by": str(further.by.id) if further and further.by else None,
        "may_post": rights.posts,
        "may_reply": rights.replies,
    }
