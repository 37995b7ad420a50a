"""Pages of a person's own lists: mentions, threads, drafts and saved messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.messaging.conversations.listing import grouped
from intranet.messaging.messages import own_lists, page, queries
from intranet.messaging.messages.access import get_message, get_message_at
from intranet.messaging.messages.drafting import drop_draft
from intranet.messaging.messages.models import Following, SavedMessage
from intranet.messaging.messages.own_lists import (
    PAGE_SIZE,
    TEXT_CHARACTERS,
    Excerpts,
    OwnCounts,
    Rooms,
    own_counts,
)
from intranet.messaging.messages.reminder_times import reminder_at
from intranet.messaging.messages.saving import (
    finish_saved,
    require_saved,
    save_message,
    unsave_message,
    unsave_message_at,
)
from intranet.messaging.messages.threads import read_thread, set_following, thread_state_of
from intranet.organisation.accounts.access import current_person, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.html import plain_text
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import parse_position
from intranet.platform.core.rest import after_time, read_time
from intranet.platform.core.web import current_zone, local_address, wants_fragment

NO_CHOICE = _l("This value is not allowed here.")

bp = Blueprint("own_lists", __name__)


@bp.app_template_global("own_counts")
def viewer_counts() -> OwnCounts | None:
    """Return the counts of the viewer's own lists, for the column of conversations."""
    viewer = current_person()
    return own_counts(viewer) if viewer else None


@bp.app_template_filter("plain_words")
def plain_words(body: str) -> str:
    """Return the text of a body without markup, for a line of a list."""
    return plain_text(body)[:TEXT_CHARACTERS]


@bp.get("/messages/mentions")
@signed_in
def mentions(person: Person) -> ResponseReturnValue:
    """Show the messages that mention the viewer, the newest first."""
    found = own_lists.mentions_of(
        person, before=_id(request.args.get("before")), limit=PAGE_SIZE + 1
    )
    some = found[:PAGE_SIZE]
    shown = Excerpts(person, [message.id for message, _unread in some])
    lines = [
        {**line, "is_unread": is_unread}
        for message, is_unread in some
        if (line := shown.of(message.id))
    ]
    following = {"before": some[-1][0].id} if len(found) > PAGE_SIZE else None
    return _page(person, "mentions", lines=lines, following=following)


@bp.get("/messages/threads")
@signed_in
def threads(person: Person) -> ResponseReturnValue:
    """Show the threads that the viewer follows, those with unread replies first."""
    found = own_lists.threads_of(person, after=_thread_place(), limit=PAGE_SIZE + 1)
    some = found[:PAGE_SIZE]
    shown = Excerpts(person, [row.parent_id for row in some])
    last = own_lists.last_replies(person, [row.parent_id for row in some])
    lines = [
        {
            **line,
            "unread": row.unread,
            "mentioned": row.mentioned,
            "last_at": row.last_at,
            "last": last.get(row.parent_id),
        }
        for row in some
        if (line := shown.of(row.parent_id))
    ]
    following = None
    if len(found) > PAGE_SIZE:
        row = some[-1]
        waits = "1" if row.unread else "0"
        following = {"after": f"{waits} {after_time(row.last_at, row.parent_id)}"}
    return _page(person, "threads", lines=lines, following=following)


@bp.get("/messages/drafts")
@signed_in
def drafts(person: Person) -> ResponseReturnValue:
    """Show the viewer's drafts."""
    found = own_lists.drafts_of(
        person, after=read_time(request.args.get("after", "")), limit=PAGE_SIZE + 1
    )
    some = found[:PAGE_SIZE]
    rooms = Rooms(person, {row.conversation_id for row in some})
    parents = Excerpts(person, [row.parent_id for row in some if row.parent_id])
    lines = []
    for row in some:
        parent = parents.of(row.parent_id) if row.parent_id else None
        room = rooms.named.get(row.conversation_id)
        address = parent["address"] if parent else f"/c/{row.conversation_id}"
        lines.append({"draft": row, "room": room, "parent": parent, "address": address})
    following = None
    if len(found) > PAGE_SIZE:
        following = {"after": after_time(some[-1].updated_at, some[-1].id)}
    return _page(person, "drafts", lines=lines, following=following)


@bp.get("/messages/saved")
@signed_in
def saved(person: Person) -> ResponseReturnValue:
    """Show the viewer's saved messages; with `done=1` those marked as done."""
    is_done = request.args.get("done") == "1"
    found = own_lists.saved_of(
        person,
        done=is_done,
        after=read_time(request.args.get("after", "")),
        limit=PAGE_SIZE + 1,
    )
    some = found[:PAGE_SIZE]
    shown = Excerpts(person, [row.message_id for row in some])
    lines = [_saved_line(row, shown.of(row.message_id)) for row in some]
    following = None
    if len(found) > PAGE_SIZE:
        following = {"after": after_time(some[-1].saved_at, some[-1].message_id)}
        if is_done:
            following["done"] = "1"
    undo = _id(request.args.get("undo"))
    return _page(
        person,
        "saved",
        lines=lines,
        following=following,
        is_done=is_done,
        undo=undo if request.args.get("did") in {"done", "remove"} else None,
        did=request.args.get("did", ""),
    )


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/save")
@signed_in
def save(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Save a message for later, or remove it from the saved ones."""
    if request.form.get("on") == "0":
        unsave_message_at(person, conversation_id, seq)
        get_message_at(person, conversation_id, seq)
    else:
        save_message(person, get_message_at(person, conversation_id, seq))
    here = url_for("messages.one", conversation_id=conversation_id, seq=seq)
    return redirect(local_address(request.form.get("next"), here), 303)


@bp.post("/messages/saved/<uuid:message_id>")
@signed_in
def change_saved(person: Person, message_id: UUID) -> ResponseReturnValue:
    """Mark a saved message as done or not done, remove it, or set a reminder."""
    act = request.form.get("do", "")
    if act == "save":
        save_message(person, get_message(person, message_id))
    elif act == "remove":
        unsave_message(person, message_id)
    elif act in {"done", "again"}:
        finish_saved(person, message_id, is_done=act == "done")
    elif act == "remind":
        require_saved(person, message_id)
        save_message(person, get_message(person, message_id), remind_at=_reminder(person))
    else:
        raise Invalid({"do": NO_CHOICE})
    is_undoable = act in {"done", "remove"}
    there = url_for(
        ".saved",
        done="1" if request.form.get("done") == "1" else None,
        did=act if is_undoable else None,
        undo=message_id if is_undoable else None,
    )
    return redirect(there, 303)


@bp.post("/c/<uuid:conversation_id>/m/<int:seq>/following")
@signed_in
def follow(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Follow the thread of a message, stop following it, mute it, or mark how far it is read."""
    message = get_message_at(person, conversation_id, seq)
    parent = queries.message(message.parent_id or message.id) or message
    if "read" in request.form:
        read_thread(person, parent, parse_position(request.form["read"]))
    else:
        try:
            state = Following(request.form.get("state", ""))
        except ValueError as error:
            raise Invalid({"state": NO_CHOICE}) from error
        set_following(person, parent, state)
    if wants_fragment():
        following = thread_state_of(person, parent.id)
        return render_template(
            "messaging/messages/_following.html",
            thread={"parent": {"seq": parent.seq}, "following": following},
            conversation={"id": conversation_id},
        )
    here = url_for("messages.one", conversation_id=conversation_id, seq=parent.seq)
    return redirect(local_address(request.form.get("next"), here), 303)


@bp.post("/messages/drafts/<uuid:draft_id>/delete")
@signed_in
def delete_draft(person: Person, draft_id: UUID) -> ResponseReturnValue:
    """Delete a draft."""
    drop_draft(person, draft_id)
    return redirect(url_for(".drafts"), 303)


def _page(person: Person, which: str, **context: Any) -> str:
    return render_template(
        f"messaging/messages/{which}.html",
        conversations=grouped(page.conversation_list(person)),
        which=which,
        **context,
    )


def _saved_line(row: SavedMessage, line: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "message_id": row.message_id,
        "saved_at": row.saved_at,
        "remind_at": row.remind_at,
        "reminded_at": row.reminded_at,
        "message": line,
    }


def _reminder(person: Person) -> datetime:
    form = request.form
    return reminder_at(
        person,
        form.get("remind", ""),
        current_zone(),
        day=form.get("day", ""),
        hour=form.get("hour", ""),
    )


def _thread_place() -> tuple[bool, datetime, UUID] | None:
    """Parse the key after which the next page of threads begins."""
    flag, _space, rest = request.args.get("after", "").partition(" ")
    here = read_time(rest)
    return (flag == "1", *here) if here else None


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
