"""Pages to schedule messages, change them and delete them; they work as plain forms."""

from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict

from intranet.extensions import db
from intranet.messaging.conversations.access import get_conversation, readable_among
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.listing import titles_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.forms import PostMessage
from intranet.messaging.messages.later import (
    LaterForm,
    offered_times,
    scheduled_view_model,
    scheduled_view_models,
)
from intranet.messaging.messages.page import page_context
from intranet.messaging.messages.queries import message as message_of
from intranet.messaging.messages.scheduled import ScheduledMessage, get_scheduled, scheduled_by
from intranet.messaging.messages.scheduling import (
    MessagePlan,
    change_scheduled,
    delete_scheduled,
    schedule_message,
    send_now,
)
from intranet.messaging.messages.views import uploaded
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.sender_notes import moment
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound, Problem, Refusal
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_zone, settings, wants_fragment

bp = Blueprint("later", __name__)


@bp.get("/c/<uuid:conversation_id>/later")
@signed_in
def choose(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show the times on offer: a menu for scripts, a form without."""
    conversation = get_conversation(person, conversation_id)
    if wants_fragment():
        times = offered_times(person, conversation, current_zone())
        return render_template("messaging/messages/_later_menu.html", times=times, today=_today())
    return _form(person, conversation, request.args)


@bp.post("/c/<uuid:conversation_id>/later")
@signed_in
def write(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show the same form with the content of the composer; its files are kept with it."""
    conversation = get_conversation(person, conversation_id)
    sent = MultiDict(request.form)
    for file_id in uploaded(person):
        sent.add("file_ids", str(file_id))
    return _form(person, conversation, sent)


@bp.post("/c/<uuid:conversation_id>/scheduled")
@signed_in
def schedule(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Schedule the message."""
    conversation = get_conversation(person, conversation_id)
    try:
        form = PostMessage.parse(
            {name: request.form[name] for name in PostMessage.model_fields if name in request.form},
            conversation_id=conversation_id,
            file_ids=request.form.getlist("file_ids"),
        )
        row = schedule_message(
            person,
            conversation_id,
            MessagePlan(
                body=form.body,
                send_at=_when().send_at(person, conversation, current_zone()),
                client_id=form.client_id,
                parent_id=form.parent_id,
                post_id=form.post_id,
                file_ids=form.file_ids,
            ),
        )
    except Refusal as problem:
        return _form(person, conversation, request.form, problem), problem.status
    flash(_("Scheduled for %(when)s", when=moment(row.send_at, clock.now())), "ok")
    return _to(row)


@bp.get("/c/<uuid:conversation_id>/scheduled")
@signed_in
def waiting(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Render the scheduled messages above a composer, of the conversation or a thread."""
    conversation = get_conversation(person, conversation_id)
    parent_id = request.args.get("parent", type=UUID)
    shown = scheduled_view_models(person, conversation.id, parent_id)
    context = {"scheduled": shown, "conversation": conversation, "parent": None}
    if parent_id:
        context["parent"] = {"id": parent_id}
    if not wants_fragment():
        return redirect(url_for(".index"), 303)
    return render_template("messaging/messages/_scheduled.html", **context)


@bp.get("/me/scheduled")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Show all scheduled messages of the person, the soonest first, and those that failed."""
    now = clock.now()
    rows = scheduled_by(person)
    rooms = readable_among(person, {row.conversation_id for row in rows})
    titles = _titles(person, list(rooms.values()))
    shown = [(scheduled_view_model(row, now), titles.get(row.conversation_id)) for row in rows]
    return render_template("messaging/messages/scheduled.html", rows=shown)


@bp.get("/me/scheduled/<uuid:scheduled_id>")
@signed_in
def edit(person: Person, scheduled_id: UUID) -> ResponseReturnValue:
    """Show the form to change the text and time of a scheduled message."""
    return _edit(person, get_scheduled(person, scheduled_id))


@bp.post("/me/scheduled/<uuid:scheduled_id>")
@signed_in
def change(person: Person, scheduled_id: UUID) -> ResponseReturnValue:
    """Save a scheduled message, send it now, or delete it, depending on the button."""
    row = get_scheduled(person, scheduled_id)
    match request.form.get("do"):
        case "delete":
            return _delete(person, row)
        case "send":
            message = send_now(person, row, posts_per_10s=settings().posts_per_10s)
            here = url_for(
                "messages.index",
                conversation_id=message.conversation_id,
                _anchor=f"m-{message.seq}",
            )
            return redirect(here, 303)
        case _:
            return _save(person, row)


def _save(person: Person, row: ScheduledMessage) -> ResponseReturnValue:
    try:
        conversation = get_conversation(person, row.conversation_id)
        send_at = _when().send_at(person, conversation, current_zone())
        change_scheduled(person, row, body=request.form.get("body", ""), send_at=send_at)
    except Refusal as problem:
        return _edit(person, row, problem), problem.status
    flash(_("Scheduled for %(when)s", when=moment(row.send_at, clock.now())), "ok")
    return _to(row)


def _delete(person: Person, row: ScheduledMessage) -> ResponseReturnValue:
    """Delete a scheduled message; show its text in the composer if the person still reads there."""
    conversation_id, body = row.conversation_id, row.body
    delete_scheduled(person, row)
    flash(_("The message is no longer scheduled. Its text is below."), "ok")
    try:
        conversation = get_conversation(person, conversation_id)
    except NotFound:
        return redirect(url_for(".index"), 303)
    context = page_context(person, conversation)
    return render_template("messaging/conversations/conversation.html", **context, draft=body)


def _when() -> LaterForm:
    """Parse the time in the submitted form."""
    fields = {name: request.form.get(name, "") for name in ("when", "day", "hour")}
    return LaterForm.parse({name: value for name, value in fields.items() if value})


def _form(
    person: Person,
    conversation: Conversation,
    sent: MultiDict[str, str],
    problem: Problem | None = None,
) -> str:
    return render_template(
        "messaging/messages/later.html",
        row=None,
        conversation=conversation,
        title=_titles(person, [conversation])[conversation.id],
        times=offered_times(person, conversation, current_zone()),
        body=sent.get("body", ""),
        kept={name: sent.getlist(name) for name in ("parent_id", "post_id", "file_ids")},
        client_id=sent.get("client_id") or uuid4(),
        sent=sent,
        today=_today(),
        problem=problem,
        errors=problem.errors if problem else {},
    )


def _edit(person: Person, row: ScheduledMessage, problem: Problem | None = None) -> str:
    rooms = readable_among(person, {row.conversation_id})
    room = rooms.get(row.conversation_id)
    sent = request.form if problem else MultiDict(_as_sent(row))
    context: dict[str, Any] = {
        "row": scheduled_view_model(row, clock.now()),
        "conversation": room,
        "title": _titles(person, [room])[room.id] if room else None,
        "parent": message_of(row.parent_id) if row.parent_id and room else None,
        "times": offered_times(person, room, current_zone()) if room else [],
        "body": sent.get("body", ""),
        "sent": sent,
        "today": _today(),
        "problem": problem,
        "errors": problem.errors if problem else {},
    }
    template = (
        "messaging/messages/_later_dialog.html"
        if wants_fragment()
        else "messaging/messages/later.html"
    )
    return render_template(template, **context)


def _as_sent(row: ScheduledMessage) -> dict[str, str]:
    local = row.send_at.astimezone(ZoneInfo(current_zone()))
    return {
        "body": row.body,
        "when": "at",
        "day": local.date().isoformat(),
        "hour": f"{local:%H:%M}",
    }


def _titles(person: Person, rooms: list[Conversation]) -> dict[UUID, str]:
    wanted = select(Conversation).where(Conversation.id.in_([room.id for room in rooms]))
    whole = db.session.scalars(wanted.options(selectinload(Conversation.participants))).all()
    others = {row.person_id for room in whole for row in room.participants}
    return titles_of(whole, person, faces_of(others, person))


def _today() -> str:
    return clock.today(current_zone()).isoformat()


def _to(row: ScheduledMessage) -> ResponseReturnValue:
    if row.parent_id and (parent := message_of(row.parent_id)):
        there = url_for("messages.one", conversation_id=row.conversation_id, seq=parent.seq)
        return redirect(there, 303)
    return redirect(url_for("messages.index", conversation_id=row.conversation_id), 303)
