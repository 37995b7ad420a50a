"""Polls in a channel: opened from the composer, and answered in their message."""

from datetime import timedelta
from uuid import UUID, uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from intranet.collaboration.polls.cards import poll_cards
from intranet.collaboration.polls.forms import PollForm
from intranet.collaboration.polls.models import PollKind, ResultsWhen
from intranet.collaboration.polls.operations.opening import open_poll, require_sense
from intranet.extensions import db
from intranet.messaging.conversations.access import get_conversation, rights_of
from intranet.messaging.conversations.listing import title_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Space, Visibility
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.refused import again, refused_form
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.core.web import current_language, settings, wants_fragment
from intranet.publishing.publications.placement import posts_of

bp = Blueprint("channel_polls", __name__)

MAX_CHOICES = 10
USUAL_DAYS = timedelta(days=7)
FIRST_ROWS, ALL_ROWS = 3, MAX_CHOICES


@bp.get("/c/<uuid:conversation_id>/poll")
@signed_in
def new(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Show the form of a poll for the members of a channel."""
    conversation = get_conversation(person, conversation_id)
    space = _space(person, conversation)
    today = clock.today(space.agency.time_zone)
    options = [line for line in request.form.getlist("option") if line.strip()]
    rows = max(FIRST_ROWS if wants_fragment() else ALL_ROWS, min(len(options), MAX_CHOICES))
    return render_template(
        "collaboration/polls/_channel_dialog.html"
        if wants_fragment()
        else "collaboration/polls/channel.html",
        conversation=conversation,
        title=title_of(conversation, person, {}),
        options=[*options, *[""] * (rows - len(options))],
        most_choices=MAX_CHOICES,
        posts=[(post.id, post.title.text(post.unit.agency.language)) for post in posts_of(person)],
        today=today.isoformat(),
        closes_on=request.form.get("closes_on", (today + USUAL_DAYS).isoformat()),
        client_id=request.form.get("client_id", type=UUID) or uuid4(),
        **refused_form(),
    )


@bp.post("/c/<uuid:conversation_id>/poll")
@again(new)
@signed_in
def create(person: Person, conversation_id: UUID) -> ResponseReturnValue:
    """Open a poll and post its message in one transaction. A form sent twice opens one poll."""
    conversation = get_conversation(person, conversation_id)
    client_id = request.form.get("client_id", type=UUID) or uuid4()
    if sent := _sent_before(person, conversation, client_id):
        return _done(sent)
    space = _space(person, conversation)
    form = _read(space)
    if len(form.choices()) > MAX_CHOICES:
        raise Invalid({"options": _l("Enter between 2 and %(limit)s options.", limit=MAX_CHOICES)})
    rules = form.rules(space.agency.time_zone, form.choices(), None)
    require_sense(rules, clock.now())
    (written,) = form.texts().values()
    post = next((one for one in posts_of(person) if one.id == form.post_id), None)
    if post is None:
        raise Forbidden(_l("You do not hold this post at present."))
    with unit_of_work():
        poll = open_poll(person, space, post, form.texts(), rules, visibility=Visibility.MEMBERS)
        message = post_message(
            person,
            conversation.id,
            f"[{_bare(written.title)}](/polls/{poll.publication_id})",
            client_id=client_id,
            post_id=post.id,
            posts_per_10s=settings().posts_per_10s,
        )
    return _done(message)


@bp.get("/polls/<uuid:publication_id>/card")
@signed_in
def card(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Return the current card of a poll."""
    found = poll_cards(person, [publication_id]).get(publication_id)
    if found is None:
        raise NotFound
    return render_template("collaboration/polls/_card.html", card=found)


def _sent_before(person: Person, conversation: Conversation, client_id: UUID) -> Message | None:
    """Return the message of the same form, if it was sent before."""
    return db.session.scalar(
        select(Message).where(
            Message.author_id == person.id,
            Message.client_id == client_id,
            Message.conversation_id == conversation.id,
        )
    )


def _done(message: Message) -> ResponseReturnValue:
    if wants_fragment():
        return "", 204
    there = url_for(
        "messages.index", conversation_id=message.conversation_id, _anchor=f"m-{message.seq}"
    )
    return redirect(there, 303)


def _space(person: Person, conversation: Conversation) -> Space:
    """Return the space of a channel in which the person may post.

    Raises:
        Forbidden: it is not a channel, or the person may only read or answer there.
    """
    if conversation.space is None or not rights_of(person, conversation).posts:
        raise Forbidden(_l("You can open a poll only in a channel where you can write."))
    return conversation.space


def _read(space: Space) -> PollForm:
    sent = request.form
    options = [line for line in sent.getlist("option") if line.strip()]
    return PollForm.parse(
        {
            "space_id": space.id,
            "post_id": sent.get("post_id", ""),
            "visibility": Visibility.MEMBERS.value,
            "title": sent.get("title", ""),
            "language": current_language(),
            "options": "\n".join(" ".join(line.split()) for line in options),
            "most": str(max(len(options), 1) if sent.get("several") else 1),
            "secrecy": sent.get("secrecy", "totals"),
            "results": ResultsWhen.LIVE.value,
            "kind": PollKind.CHOICES.value,
            "closes_on": sent.get("closes_on", ""),
            "closes_time": sent.get("closes_time", ""),
        }
    )


def _bare(title: str) -> str:
    """Escape a title for the text of a Markdown link."""
    return "".join(f"\\{sign}" if sign in r"\[]*_`<>~!#@" else sign for sign in title)
