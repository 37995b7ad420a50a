"""Pages of a conversation and its messages; they work as plain forms."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from intranet.delivery.files.operations import store_upload
from intranet.messaging.conversations.access import get_addressed_post, get_conversation, rights_of
from intranet.messaging.conversations.discussions import subject_of
from intranet.messaging.conversations.listing import (
    grouped,
    people_with_direct_message,
    unread_total,
)
from intranet.messaging.conversations.members import members_page
from intranet.messaging.conversations.operations import mark_read, mark_unread_from
from intranet.messaging.conversations.people_search import invitable
from intranet.messaging.messages import access, endpoints, log_ranges, message_parts, page, queries
from intranet.messaging.messages.articles import message_article, message_patterns
from intranet.messaging.messages.conversation_view import conversation_view
from intranet.messaging.messages.former_members import former_context
from intranet.messaging.messages.forms import EditMessage, MarkRead, PostMessage, SetReaction
from intranet.messaging.messages.mention_forwarding import send_to_post
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
from intranet.messaging.messages.unreached_posts import missed_by
from intranet.messaging.messages.view_models import message_views
from intranet.organisation.accounts.access import in_frame, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Forbidden, NotFound, Problem, Refusal
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import parse_position
from intranet.platform.core.rest import name_cursor
from intranet.platform.core.web import local_address, settings, wants_fragment

bp = Blueprint("messages", __name__)
bp.add_app_template_global(message_article)
bp.add_app_template_global(message_patterns)


@bp.app_context_processor
@in_frame
def count_unread(viewer: Person) -> dict[str, int]:
    """Return the viewer's unread count, for the navigation rail of every page."""
    return {"unread_total": unread_total(viewer, queries.mention_counts(viewer))}


@bp.get("/messages")
@signed_in
def everything(person: Person) -> ResponseReturnValue:
    """Show the list of conversations."""
    name = "_list" if wants_fragment() else "index"
    found = page.conversation_list(person)
    return render_template(f"messaging/conversations/{name}.html", conversations=grouped(found))


@bp.get("/c/<uuid:conversation_id>")
@signed_in
def index(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show a conversation, at the first unread message or at the one in the address.

    A person who no longer speaks for the post sees their own messages there. A discussion redirects
    to the page that it is about.
    """
    try:
        conversation = get_conversation(person, conversation_id)
    except NotFound:
        return _kept(person, conversation_id)
    if held := subject_of(conversation):
        query = request.query_string.decode()
        return redirect(held.address + (f"?{query}" if query else ""), 303)
    around = request.args.get("around_seq", type=parse_position)
    if around and queries.is_reply_at(conversation.id, around):  # a reply is shown in its thread
        return redirect(url_for(".one", conversation_id=conversation_id, seq=around), 303)
    messages = page.requested_messages(conversation, request.args)
    missed = missed_by(person, conversation, request.args.get("missed", type=parse_position))
    return _page({**page.page_context(person, conversation, messages), "missed": missed})


@bp.post("/c/<uuid:conversation_id>/messages")
@signed_in
def create(author: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Post from a plain form, and show the page again at the new message."""
    conversation = get_conversation(author, conversation_id)
    try:
        form = PostMessage.parse(
            request.form,
            conversation_id=conversation_id,
            file_ids=[*request.form.getlist("file_ids"), *uploaded(author)],
        )
        message = endpoints.post(author, form)
    except Refusal as problem:
        context = page.page_context(author, conversation)
        kept = {
            "error": problem,
            "draft": request.form.get("body", ""),
            "client_id": request.form.get("client_id") or context["client_id"],
        }
        return _page({**context, **kept}), problem.status
    missed = message.seq if message_parts.unreached_posts(conversation, message.mentions) else None
    there: dict[str, Any] = {"conversation_id": conversation_id, "missed": missed}
    if message.parent_id:
        parent = queries.message(message.parent_id) or message
        return redirect(url_for(".one", seq=parent.seq, **there), 303)
    return redirect(url_for(".index", _anchor=f"m-{message.seq}", **there), 303)


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/to-post")
@signed_in
def to_post(author: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Send the viewer's message on to a post that cannot read it here, and show the copy."""
    message = access.get_message_at(author, conversation_id, seq)
    post = get_addressed_post(author, request.form.get("post_id", type=UUID) or UUID(int=0))
    sent = send_to_post(
        author,
        message,
        post,
        words=_("Original conversation"),
        posts_per_10s=settings().posts_per_10s,
    )
    here = url_for(".index", conversation_id=sent.conversation_id, _anchor=f"m-{sent.seq}")
    return redirect(here, 303)


@bp.get("/c/<uuid:conversation_id>/m/<int:seq>")
@signed_in
def one(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Show a message in its conversation, with its thread beside it."""
    try:
        message = access.get_message_at(person, conversation_id, seq)
    except Forbidden:  # it is their own, in a conversation that they have left
        return _kept(person, conversation_id)
    conversation, parent = message.conversation, message.parent or message
    everybody = () if wants_fragment() else people_with_direct_message(person)
    thread = page.thread_context(person, parent, seq, everybody)
    if wants_fragment():
        about = conversation_view(person, conversation, rights_of(person, conversation))
        return render_template("messaging/messages/_thread.html", thread=thread, conversation=about)
    around = log_ranges.log_around(conversation_id, parent.seq, page.PAGE_SIZE)
    missed = missed_by(person, conversation, request.args.get("missed", type=parse_position))
    shown_page = page.page_context(person, conversation, around)
    return _page({**shown_page, "thread": thread, "missed": missed})


@bp.get("/c/<uuid:conversation_id>/pins")
@signed_in
def pins(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show the pinned messages of a conversation."""
    conversation = get_conversation(person, conversation_id)
    rights = rights_of(person, conversation)
    kept = message_views(queries.pinned(conversation.id), person, rights)
    if wants_fragment():
        about = conversation_view(person, conversation, rights)
        return render_template("messaging/messages/_pins.html", pins=kept, conversation=about)
    return _page({**page.page_context(person, conversation), "pins": kept})


@bp.get("/c/<uuid:conversation_id>/members")
@signed_in
def members(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show the people who can read the conversation, and what each may do."""
    conversation = get_conversation(person, conversation_id)
    if held := subject_of(conversation):
        return redirect(held.address, 303)
    words = request.args.get("q", "")[:100]
    rights = rights_of(person, conversation)
    # Build the page first: it looks up most of the people together.
    around = None if wants_fragment() else page.page_context(person, conversation)
    found = members_page(person, conversation, words, name_cursor())
    if rights.leads:
        asked = request.args.get("invite", "")[:100]
        found |= {"invite": asked, "invitable": invitable(person, conversation, asked)}
    if around is None:
        about = conversation_view(person, conversation, rights)
        there = "messaging/conversations/_members.html"
        return render_template(there, members=found, conversation=about)
    return _page({**around, "members": found})


@bp.get("/c/<uuid:conversation_id>/m/<int:seq>/versions")
@signed_in
def versions(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Show the earlier versions of a message."""
    message = access.get_message_at(person, conversation_id, seq)
    name = "_versions" if wants_fragment() else "versions"
    context = _about(person, message) | {"versions": _versions(message)}
    context["may_remove"] = access.may_remove_version(person, message)
    return render_template(f"messaging/messages/{name}.html", **context)


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/versions/<uuid:version_id>/remove")
@signed_in
def take_away(
    person: Person, conversation_id: UUID, seq: int, version_id: UUID
) -> ResponseReturnValue:
    """Remove the text of an earlier version for good."""
    remove_version(person, access.get_message_at(person, conversation_id, seq), version_id)
    flash(_("Version removed. Its date is still shown in the history."), "ok")
    return redirect(url_for(".versions", conversation_id=conversation_id, seq=seq), 303)


@bp.get("/c/<uuid:conversation_id>/m/<int:seq>/edit")
@signed_in
def edit(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Show the form to change the viewer's own message."""
    message = access.get_message_at(person, conversation_id, seq)
    return _edit_form(person, message, body=message.body)


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/edit")
@signed_in
def update(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Save an edit; after a conflicting one, show both texts."""
    message = access.get_message_at(person, conversation_id, seq)
    body = request.form.get("body", "")
    try:
        form = EditMessage.parse(request.form, id=message.id)
        edit_message(person, message, form.body, body_rev=form.body_rev)
    except Refusal as problem:
        return _edit_form(person, message, body=body, error=problem), problem.status
    return redirect(_address(message), 303)


@bp.get("/c/<uuid:conversation_id>/m/<int:seq>/delete")
@signed_in
def ask_delete(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Ask for confirmation before deleting."""
    message = access.get_message_at(person, conversation_id, seq)
    return render_template("messaging/messages/delete.html", **_about(person, message))


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/delete")
@signed_in
def delete(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Delete a message."""
    left = access.get_former_message_at(person, conversation_id, seq)
    delete_message(person, left or access.get_message_at(person, conversation_id, seq))
    if left:
        return redirect("/groups/kept", 303)
    return redirect(url_for(".index", conversation_id=conversation_id), 303)


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/reactions")
@signed_in
def react(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Add or remove the viewer's reaction."""
    message = access.get_message_at(person, conversation_id, seq)
    asked = request.form.get("on")
    sent = {"message_id": message.id, "emoji": request.form.get("emoji", ""), "on": asked or "1"}
    form = SetReaction.parse(sent)
    is_on = form.on if asked else not queries.has_reacted(person, message, form.emoji)
    (add_reaction if is_on else remove_reaction)(person, message, form.emoji)
    return _back(message)


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/pin")
@signed_in
def pin(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Pin or unpin a message."""
    message = access.get_message_at(person, conversation_id, seq)
    (unpin_message if request.form.get("on") == "0" else pin_message)(person, message)
    return _back(message)


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/unread")
@signed_in
def unread(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Mark the conversation as unread from here on."""
    message = access.get_message_at(person, conversation_id, seq)
    mark_unread_from(person, get_conversation(person, conversation_id), message.seq)
    return redirect(url_for(".everything"), 303)


@bp.post("/c/<uuid:conversation_id>/read")
@signed_in
def read(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Mark as read, without script."""
    form = MarkRead.parse(request.form, conversation_id=conversation_id)
    conversation = get_conversation(person, conversation_id)
    mark_read(person, conversation, form.seq, epoch=form.epoch)
    here = url_for(".index", conversation_id=conversation_id)
    return redirect(local_address(request.form.get("next"), here), 303)


def _kept(person: Person, conversation_id: UUID) -> str:
    """Show the viewer's own messages in a conversation that they can no longer read."""
    rows = access.former_messages_in(person, conversation_id)
    return render_template("messaging/messages/kept.html", **former_context(rows))


def _page(context: dict[str, Any]) -> str:
    return render_template("messaging/conversations/conversation.html", **context)


def _about(person: Person, message: Message) -> dict[str, Any]:
    conversation = get_conversation(person, message.conversation_id)
    rights = rights_of(person, conversation)
    whole = queries.message(message.id) or message
    return {
        "conversations": grouped(page.conversation_list(person)),
        "conversation": conversation_view(person, conversation, rights),
        "message": message_views([whole], person, rights)[0],
    }


def _edit_form(person: Person, message: Message, *, body: str, error: Problem | None = None) -> str:
    context = _about(person, message)
    context |= {"body": body, "body_rev": message.body_rev, "error": error}
    if isinstance(error, Conflict):
        context["theirs"] = context["message"]
    return render_template("messaging/messages/edit.html", **context)


def _versions(message: Message) -> list[dict[str, Any]]:
    written_at = message.edited_at or message.created_at
    now: dict[str, Any] = {"html": message.html, "written_at": written_at}
    before = [
        {"id": row.id, "html": row.html, "written_at": row.written_at, "removed_at": row.removed_at}
        for row in queries.versions(message.id)
    ]
    return [{**row, "html": Markup(row["html"])} for row in (now, *before)]  # noqa: S704 - out of the sanitiser's door


def uploaded(author: Person) -> list[UUID]:
    """Store the files of a plain form and return their ids."""
    given = [file for file in request.files.getlist("files") if file.filename]
    return [store_upload(author, file.stream, file.filename or "").id for file in given]


def _address(message: Message) -> str:
    return url_for(".one", conversation_id=message.conversation_id, seq=message.seq)


def _back(message: Message) -> ResponseReturnValue:
    seq, in_room = message.seq, message.conversation_id
    here = url_for(".index", conversation_id=in_room, around_seq=seq, _anchor=f"m-{seq}")
    return redirect(local_address(request.form.get("next"), here), 303)
