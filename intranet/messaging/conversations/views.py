"""Pages to begin direct messages and channels, to find them and to change them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.messaging.conversations import queries
from intranet.messaging.conversations.access import get_addressed_post, get_conversation, rights_of
from intranet.messaging.conversations.channel_browser import browse_channels, unjoined_count
from intranet.messaging.conversations.date_formats import date_words
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.forms import COMPOSER
from intranet.messaging.conversations.links import conversation_link
from intranet.messaging.conversations.listing import favourites_among, grouped, listed, title_of
from intranet.messaging.conversations.mention_candidates import typed_mentions
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import (
    TALK_LIMIT,
    add_favourite,
    create_channel,
    decline_direct_message,
    drop_favourite,
    mute,
    order_favourites,
    start_direct_message,
    start_post_conversation,
    unmute,
)
from intranet.messaging.conversations.people_search import find_people, suggest, suggest_anywhere
from intranet.messaging.conversations.post_addresses import find_posts
from intranet.messaging.conversations.post_readers import answer_of, post_named
from intranet.messaging.spaces.models import Posting
from intranet.messaging.spaces.operations import (
    invite_to_space,
    name_speaker,
    remove_from_space,
    set_posting,
)
from intranet.organisation.accounts.access import current_person, signed_in
from intranet.organisation.people.access import findable_among, get_person, holds_any_post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, Invalid, NotFound, Problem
from intranet.platform.core.i18n import _l
from intranet.platform.core.load_shedding import suggests
from intranet.platform.core.web import current_language, wants_fragment

TYPED_CHARACTERS = 20_000
MOVES = {"up": -1, "down": 1}
CHANGES = {"invite": invite_to_space, "speak": name_speaker, "remove": remove_from_space}

bp = Blueprint("conversations", __name__)
bp.add_app_template_global(date_words)
bp.add_app_template_global(conversation_link)


@bp.get("/conversations/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form to choose recipients: people, or a post."""
    post_id = request.args.get("post", "")
    return _new_page(person, request.args.getlist("person")[:TALK_LIMIT], post_id)


@bp.post("/conversations")
@signed_in
def start(person: Person) -> ResponseReturnValue:
    """Open the direct message to these people or to a post, a new one if there is none."""
    ids = request.form.getlist("person_id")[: TALK_LIMIT + 1]  # one more, for the error
    post_id = request.form.get("post_id", "")
    try:
        others = [get_person(person, UUID(value)) for value in ids if _is_id(value)]
        if post_id:
            post = get_addressed_post(person, UUID(post_id) if _is_id(post_id) else UUID(int=0))
            talk = start_post_conversation(person, post, others)
        else:
            talk = start_direct_message(person, others)
    except Problem as problem:
        return _new_page(person, ids, post_id, error=problem), problem.status
    return redirect(url_for("messages.index", conversation_id=talk.id, _anchor=COMPOSER), 303)


@bp.app_template_global("open_channels")
def count_open_channels() -> int:
    """Count the open channels that the viewer could read besides their own."""
    viewer = current_person()
    return unjoined_count(viewer) if viewer else 0


@bp.get("/messages/channels")
@signed_in
def channels(person: Person) -> ResponseReturnValue:
    """Show the channels that the viewer may read."""
    words = request.args.get("q", "")[:100]
    found = browse_channels(person, words, after=request.args.get("after", "")[:300])
    return render_template(
        "messaging/conversations/channels.html",
        conversations=grouped(listed(person)),
        which="channels",
        found=found,
        q=words,
    )


@bp.get("/c/<uuid:conversation_id>/channels/new")
@signed_in
def new_channel(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show the form for a further channel of the unit."""
    conversation = _led(person, conversation_id)
    return _channel_form(person, conversation)


@bp.post("/c/<uuid:conversation_id>/channels/new")
@signed_in
def open_channel(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Create the channel."""
    conversation = _led(person, conversation_id)
    if conversation.space is None:
        raise Forbidden
    try:
        channel = create_channel(
            person,
            conversation.space,
            request.form.get("name", ""),
            purpose=request.form.get("purpose", ""),
            language=current_language(),
        )
    except Problem as problem:
        return _channel_form(person, conversation, problem), problem.status
    return redirect(url_for("messages.index", conversation_id=channel.id), 303)


@bp.post("/c/<uuid:conversation_id>/mute")
@signed_in
def silence(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Mute or unmute a conversation."""
    conversation = get_conversation(person, conversation_id)
    (unmute if request.form.get("on") == "0" else mute)(person, conversation)
    return _to(conversation)


@bp.post("/c/<uuid:conversation_id>/favourite")
@signed_in
def favour(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Add a conversation to the viewer's favourites, or remove it."""
    if by := MOVES.get(request.form.get("move", "")):
        _move(person, get_conversation(person, conversation_id).id, by)
        return redirect(url_for("messages.everything"), 303)
    is_favourite = request.form.get("on") != "0"
    if not is_favourite:
        drop_favourite(person, conversation_id)
    conversation = get_conversation(person, conversation_id)
    if is_favourite:
        add_favourite(person, conversation)
    if wants_fragment():
        about = {"id": conversation.id, "is_favourite": is_favourite}
        return render_template("messaging/conversations/_star.html", conversation=about)
    return _to(conversation)


@bp.get("/c/<uuid:conversation_id>/menu")
@signed_in
def row_menu(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Render the menu of a conversation in the list; without script it is a page."""
    get_conversation(person, conversation_id)
    items = listed(person)
    found = [item for item in items if item.conversation.id == conversation_id]
    if not found:
        raise NotFound
    favourites = [item.conversation.id for item in favourites_among(items)]
    at = favourites.index(conversation_id) if conversation_id in favourites else None
    context = {
        "item": found[0].as_item(),
        "may_move_up": bool(at),
        "may_move_down": at is not None and at < len(favourites) - 1,
    }
    if wants_fragment():
        return render_template("messaging/conversations/_row_menu.html", **context)
    return render_template(
        "messaging/conversations/row_menu.html", conversations=grouped(items), **context
    )


@bp.post("/c/<uuid:conversation_id>/decline")
@signed_in
def decline(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Leave a direct message."""
    decline_direct_message(person, get_conversation(person, conversation_id))
    return redirect(url_for("messages.everything"), 303)


@bp.post("/c/<uuid:conversation_id>/members")
@signed_in
def change_member(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Invite a person, name them as speaker, or take that back."""
    conversation = get_conversation(person, conversation_id)
    if conversation.space is None:
        raise Forbidden
    other = get_person(person, request.form.get("person_id", type=UUID) or UUID(int=0))
    operation = CHANGES.get(request.form.get("do", ""))
    if operation is None:
        raise Invalid({"do": _l("This value is not allowed here.")})
    operation(person, conversation.space, other)
    return redirect(url_for("messages.members", conversation_id=conversation.id), 303)


@bp.post("/c/<uuid:conversation_id>/posting")
@signed_in
def change_posting(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Set who may begin messages in the unit's channels."""
    conversation = get_conversation(person, conversation_id)
    if conversation.space is None:
        raise Forbidden
    only = request.form.get("posting") == Posting.SPEAKERS
    set_posting(person, conversation.space, Posting.SPEAKERS if only else Posting.EVERYBODY)
    return _to(conversation)


@bp.get("/c/<uuid:conversation_id>/mentions")
@signed_in
@suggests
def mentions(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Render suggestions of mentions in this conversation, by a few letters."""
    conversation = get_conversation(person, conversation_id)
    found, rings = suggest(person, conversation, request.args.get("q", "")[:60])
    return render_template("messaging/messages/_mentions.html", suggestions=found, may_ring=rings)


@bp.get("/mentions")
@signed_in
@suggests
def mentions_anywhere(person: Person) -> ResponseReturnValue:
    """Render suggestions of mentions in any text, by a few letters."""
    found = suggest_anywhere(person, request.args.get("q", "")[:60])
    return render_template("messaging/messages/_mentions.html", suggestions=found, may_ring=False)


@bp.post("/c/<uuid:conversation_id>/addressed")
@signed_in
def addressed(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Render the typed mentions of a text: the sure ones, and those the writer has to choose."""
    conversation = get_conversation(person, conversation_id)
    body = request.form.get("body", "")[:TYPED_CHARACTERS]
    found = typed_mentions(person, conversation, body)
    sure = [{**_marked(one.candidates[0]), "typed": one.text} for one in found if one.is_sure]
    unsure = [one for one in found if not one.is_sure]
    return render_template("messaging/conversations/_addressed.html", sure=sure, unsure=unsure)


def _marked(one: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": one["kind"], "id": one["id"], "text": one["name"]}


def _new_page(
    person: Person, ids: list[str], post_id: str = "", error: Problem | None = None
) -> str:
    # An id must not reveal a name: a viewer without a post knows nobody, others no closed agency.
    asked = [UUID(value) for value in ids if _is_id(value)] if holds_any_post(person) else []
    known = findable_among(person, asked)
    chosen = [each for each in asked if each in known]
    words = request.values.get("q", "")[:100]
    faces = faces_of(chosen, person)
    posts = find_posts(person, words)
    return render_template(
        "messaging/conversations/new.html",
        conversations=grouped(listed(person)),
        q=words,
        found=find_people(person, words),
        posts=posts,
        post=_addressed(person, post_id),
        chosen=[faces[row] for row in chosen if row in faces],
        kept_people=[f"person={row}" for row in chosen if row in faces],
        error=error,
    )


def _addressed(person: Person, post_id: str) -> dict[str, Any] | None:
    """Return the chosen post, and who answers for it."""
    if not _is_id(post_id):
        return None
    try:
        post = get_addressed_post(person, UUID(post_id))
    except NotFound:
        return None
    return {**post_named(post), "answer": answer_of(post)}


def _channel_form(person: Person, conversation: Conversation, error: Problem | None = None) -> str:
    return render_template(
        "messaging/conversations/new_channel.html",
        conversations=grouped(listed(person)),
        conversation={
            "id": conversation.id,
            "title": title_of(conversation, person, {}),
            "people_count": queries.people_count(conversation),
        },
        name=request.form.get("name", ""),
        purpose=request.form.get("purpose", ""),
        errors=_errors(error),
    )


def _move(person: Person, conversation_id: UUID, by: int) -> None:
    """Swap a favourite with its neighbour in the list, if there is one."""
    order = [item.conversation.id for item in favourites_among(listed(person))]
    at = order.index(conversation_id) if conversation_id in order else -1
    if at >= 0 and 0 <= at + by < len(order):
        order[at], order[at + by] = order[at + by], order[at]
        order_favourites(person, order)


def _errors(error: Problem | None) -> dict[str, Any]:
    if error is None:
        return {}
    return dict(error.errors or {"": error.detail})


def _led(person: Person, conversation_id: UUID) -> Conversation:
    conversation = get_conversation(person, conversation_id)
    if conversation.space is None or not rights_of(person, conversation).leads:
        raise Forbidden
    return conversation


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _to(conversation: Conversation) -> ResponseReturnValue:
    return redirect(url_for("messages.index", conversation_id=conversation.id), 303)
