"""Pages about one message: who reacted, and where to forward it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from intranet.messaging.conversations.access import readable_among, rights_across
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.listing import listed
from intranet.messaging.conversations.people_search import find_people
from intranet.messaging.messages import queries
from intranet.messaging.messages.access import get_message_at
from intranet.messaging.messages.forwarding import (
    TARGETS_LIMIT,
    direct_messages_with,
    forward_message,
    more_readers,
    require_forwardable,
)
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.reactors import reactors_of
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.access import findable_among
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound, Problem, Refusal
from intranet.platform.core.i18n import ngettext
from intranet.platform.core.text import fold
from intranet.platform.core.web import settings, wants_fragment

bp = Blueprint("forwards", __name__, url_prefix="/c/<uuid:conversation_id>/m/<int:seq>")

MAX_SUGGESTIONS = 8
QUERY_CHARACTERS = 100


@dataclass
class ForwardTargets:
    """The chosen targets of a forward: conversations, and people to write to."""

    conversations: list[UUID] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)

    @classmethod
    def read(cls, values: Sequence[str]) -> "ForwardTargets":
        """Parse `c-ID` and `p-ID`; anything else is ignored."""
        chosen = cls()
        for value in list(dict.fromkeys(values))[: TARGETS_LIMIT + 1]:
            kind, _dash, given = value.partition("-")
            try:
                target = UUID(given)
            except ValueError:
                continue
            if kind == "c":
                chosen.conversations.append(target)
            elif kind == "p":
                chosen.people.append(target)
        return chosen


@bp.get("/reactions")
@signed_in
def reactions(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Show the names of those who reacted, under each reaction."""
    message = get_message_at(person, conversation_id, seq)
    template = (
        "messaging/messages/_reactors.html"
        if wants_fragment()
        else "messaging/messages/reactors.html"
    )
    return render_template(template, reactors=reactors_of(message, person), **_there(message))


@bp.get("/origin")
@signed_in
def origin(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Redirect to the original of a forwarded message; scripts get its address, or nothing.

    Raises:
        NotFound: it was not forwarded, or the person does not read the original.
    """
    carried = get_message_at(person, conversation_id, seq).forward
    if carried is None:
        raise NotFound
    if not readable_among(person, [carried.conversation_id]):
        if wants_fragment():
            return "", 204
        raise NotFound
    there = url_for("messages.one", conversation_id=carried.conversation_id, seq=carried.seq)
    if wants_fragment():
        return there, 200, {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(there, 303)


@bp.get("/forward")
@signed_in
def choose(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Show the form: targets, a comment, and how many more people will read the message."""
    message = get_message_at(person, conversation_id, seq)
    require_forwardable(message)
    return _form(person, message, ForwardTargets.read(request.args.getlist("to")))


@bp.post("/forward")
@signed_in
def send(person: Person, conversation_id: UUID, seq: int) -> ResponseReturnValue:
    """Forward the message, unless more people would read it than the sender was told."""
    message = get_message_at(person, conversation_id, seq)
    require_forwardable(message)
    chosen = ForwardTargets.read(request.form.getlist("to"))
    try:
        more = _more(person, message, chosen)
        if more > (request.form.get("seen", type=int) or 0):
            return _form(person, message, chosen)
        talks = direct_messages_with(person, chosen.people) if chosen.people else []
        sent = forward_message(
            person,
            message,
            [*chosen.conversations, *(talk.id for talk in talks)],
            comment=request.form.get("body", ""),
            client_id=request.form.get("client_id", type=UUID) or uuid4(),
            posts_per_10s=settings().posts_per_10s,
        )
    except Refusal as problem:
        return _form(person, message, chosen, problem), problem.status
    count = len(sent)
    said = ngettext("Forwarded.", "Forwarded to %(count)s conversations.", count, count=count)
    if wants_fragment():
        return said, 200, {"Content-Type": "text/plain; charset=utf-8", "HX-Trigger": "forwarded"}
    flash(said, "ok")
    if count == 1:
        there = sent[0]
        address = url_for(
            "messages.index", conversation_id=there.conversation_id, _anchor=f"m-{there.seq}"
        )
        return redirect(address, 303)
    return redirect(url_for("messages.index", conversation_id=conversation_id), 303)


def _there(message: Message) -> dict[str, Any]:
    room, seq = f"/c/{message.conversation_id}", message.seq
    return {"back": f"{room}?around_seq={seq}#m-{seq}", "here": f"{room}/m/{seq}"}


def _more(person: Person, message: Message, chosen: ForwardTargets) -> int:
    targets = readable_among(person, chosen.conversations).values()
    return more_readers(person, message, targets, chosen.people)


def _form(
    person: Person, message: Message, chosen: ForwardTargets, error: Problem | None = None
) -> str:
    words = request.values.get("q", "")[:QUERY_CHARACTERS]
    rooms = [row for row in listed(person) if row.conversation.id != message.conversation_id]
    people = findable_among(person, chosen.people) if chosen.people else set()
    others = [
        face for face in find_people(person, words, MAX_SUGGESTIONS) if face["id"] not in people
    ]
    picked = [row for row in rooms if row.conversation.id in chosen.conversations]
    template = (
        "messaging/messages/_forward.html"
        if wants_fragment()
        else "messaging/messages/forward.html"
    )
    whole = queries.message(message.id) or message
    return render_template(
        template,
        message=whole,
        words=Markup(_shown(whole)),  # noqa: S704 - out of the sanitiser's door
        picked=[row.as_item() for row in picked],
        picked_people=list(faces_of(people, person).values()),
        found=_found(person, [row for row in rooms if row not in picked], words),
        found_people=others,
        q=words,
        body=request.form.get("body", ""),
        more=_more(person, message, chosen),
        client_id=request.form.get("client_id") or uuid4(),
        error=error,
        **_there(message),
    )


def _shown(message: Message) -> str:
    """Return the words that would be forwarded, unless they have just been deleted."""
    carried = message.forward
    if message.deleted_at or (carried and carried.withdrawn_at):
        return ""
    return (carried or message).html


def _found(person: Person, rooms: Sequence[Any], words: str) -> list[dict[str, Any]]:
    """List the conversations where the person may begin a message and whose name has each word."""
    rights = rights_across(person, [row.conversation for row in rooms])
    wanted = fold(words).split()
    return [
        row.as_item()
        for row in rooms
        if rights[row.conversation.id].posts and _fits(f"{row.title} {row.note}", wanted)
    ][:MAX_SUGGESTIONS]


def _fits(title: str, wanted: Sequence[str]) -> bool:
    parts = fold(title).split()
    return all(any(part.startswith(word) for part in parts) for word in wanted)
