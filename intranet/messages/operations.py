"""What people do with messages. Acknowledged means stored, exactly once."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from intranet.conversations.access import require_poster
from intranet.conversations.models import Conversation, Place
from intranet.core import clock
from intranet.core.emoji import is_emoji
from intranet.core.errors import Conflict, Forbidden, Invalid, TooMany
from intranet.core.html import Rendered
from intranet.core.i18n import _l
from intranet.core.parsing import required_text
from intranet.core.unit_of_work import Work, unit_of_work
from intranet.extensions import db
from intranet.files.operations import discard
from intranet.messages import calls, queries
from intranet.messages.access import (
    get_message,
    require_deleter,
    require_editor,
    require_participant,
    require_pinner,
)
from intranet.messages.events import MessageChanged, MessagePosted
from intranet.messages.models import (
    Mention,
    Message,
    MessageFile,
    MessageVersion,
    Reaction,
)
from intranet.people.models import Person

BODY_LIMIT = 10_000
WINDOW = timedelta(seconds=10)
REACTIONS_LIMIT = 40
PINS_LIMIT = 100


def post_message(
    author: Person,
    conversation: Conversation,
    body: str,
    *,
    client_id: UUID,
    parent_id: UUID | None = None,
    file_ids: Sequence[UUID] = (),
    post_id: UUID | None = None,
    posts_per_10s: int = 20,
) -> Message:
    """Post a message in a conversation, once per `client_id`.

    Args:
        body: Markdown, 1 to 10,000 characters once trimmed; with files it may be empty.
        client_id: chosen by the sender's browser; sent again after a lost reply, it returns
            the message already stored and publishes nothing.
        parent_id: the message that this one answers; a reply to a reply joins its thread.
        post_id: the post as which the author writes; the one that gives membership, if None.
        posts_per_10s: how many messages one person may post in ten seconds.

    Raises:
        NotFound: the author does not read the conversation.
        Forbidden: they read it and may not write in it.
        Invalid: the body is empty or too long, or a file or post is not the author's.
        Conflict: the `client_id` was used for something else.
        TooMany: too many in ten seconds.
    """
    if body.strip() or not file_ids:
        body = required_text(body, "body", BODY_LIMIT)
    sent = _digest(conversation.id, body, parent_id, file_ids)
    rendered = calls.render(author, body)
    try:
        with unit_of_work() as work:
            work.lock(conversation)
            if already := queries.already_sent(author.id, client_id):
                return _the_same(already, sent)
            require_poster(author, conversation, is_reply=parent_id is not None)
            _require_patience(author, posts_per_10s)
            post = calls.written_as(author, conversation, post_id)
            files = calls.own_files(author, file_ids)
            message = Message(
                conversation_id=conversation.id,
                author_id=author.id,
                author=author,
                post_id=post.id if post else None,
                caption=calls.caption(post),
                client_id=client_id,
                sent_hash=sent,
                body=body,
                html=str(rendered.html),
                mentions=_plain(rendered),
                created_at=clock.now(),
            )
            parent = calls.parent_in(conversation, parent_id) if parent_id else None
            message.parent_id = parent.id if parent else None
            _take_place(work, message, conversation)
            held = [
                MessageFile(message_id=message.id, file_id=file.id, position=position, file=file)
                for position, file in enumerate(files)
            ]
            work.add(*held)
            _know(message, parent=parent, files=held, reactions=[])
            _call(work, author, conversation, message, rendered)
            work.publish(MessagePosted(message.id, conversation.id, message.rev))
            _count_reply(work, conversation, message)
    except IntegrityError as error:
        # In another room at the same moment, which this one's lock does not keep off.
        if MessageFile.__tablename__ in str(error.orig):
            raise calls.gone_file() from error
        raise Conflict(_l("This was sent before with another content. Send it anew.")) from error
    return message


def edit_message(author: Person, message: Message, body: str, *, body_rev: int) -> Message:
    """Change the text; what it said before stays readable.

    Args:
        body_rev: of the text that the writer had before them.

    Raises:
        Forbidden: it is not theirs, or older than a day.
        Conflict: the text has changed since; not when somebody only reacted.
        Invalid: the body is empty or too long.
    """
    body = required_text(body, "body", BODY_LIMIT)
    rendered = calls.render(author, body)
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_editor(author, message)
        if message.body == body:
            return message
        if message.body_rev != body_rev:
            raise Conflict
        written_at = message.edited_at or message.created_at
        work.add(
            MessageVersion(
                message_id=message.id, body=message.body, html=message.html, written_at=written_at
            )
        )
        message.body, message.html = body, str(rendered.html)
        message.mentions = _plain(rendered)
        message.edited_at = clock.now()
        message.rev = message.body_rev = conversation.next_rev()
        _call(work, author, conversation, message, rendered)
        work.publish(MessageChanged(message.id, conversation.id, message.rev))
    return message


def delete_message(person: Person, message: Message) -> Message:
    """Take away what a message says; its place stays. Deleting it again changes nothing.

    Raises:
        Forbidden: the person neither wrote it nor heads the space.
    """
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_deleter(person, message, conversation)
        if message.deleted_at:
            return message
        file_ids = queries.file_ids_of(message.id)
        for table in (MessageVersion, Reaction, Mention, MessageFile):
            db.session.execute(delete(table).where(table.message_id == message.id))
        discard(file_ids)
        message.body = message.html = ""
        message.mentions = []
        message.pinned_at = message.pinned_by_id = None
        message.deleted_at, message.deleted_by_id = clock.now(), person.id
        message.rev = message.body_rev = conversation.next_rev()
        work.publish(MessageChanged(message.id, conversation.id, message.rev))
    return message


def add_reaction(person: Person, message: Message, emoji: str) -> Message:
    """Put the person's sign under a message, once.

    Raises:
        Forbidden: they only read the channel, or the message is deleted.
        Invalid: it is no emoji, or there are too many different ones already.
    """
    if not is_emoji(emoji):
        raise Invalid({"emoji": _l("Choose one of the signs from the list.")})
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_participant(person, message, conversation)
        signs = queries.emoji_of(message.id)
        if emoji not in signs and len(signs) >= REACTIONS_LIMIT:
            raise Invalid({"emoji": _l("This message has enough different signs already.")})
        if db.session.get(Reaction, (message.id, person.id, emoji)) is None:
            work.add(Reaction(message_id=message.id, person_id=person.id, emoji=emoji))
            _changed(work, conversation, message)
    return message


def remove_reaction(person: Person, message: Message, emoji: str) -> Message:
    """Take the person's sign back, also where nothing is added any more.

    Raises:
        NotFound: they no longer read the conversation.
    """
    with unit_of_work() as work:
        conversation = _locked(work, message)
        get_message(person, message.id)
        if reaction := db.session.get(Reaction, (message.id, person.id, emoji)):
            work.delete(reaction)
            _changed(work, conversation, message)
    return message


def pin_message(person: Person, message: Message) -> Message:
    """Keep a message at hand for everybody in the conversation.

    Raises:
        Forbidden: the person neither leads the space nor was named, or it is deleted.
        Invalid: a hundred are pinned already.
    """
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_pinner(person, message, conversation)
        if message.deleted_at:
            raise Forbidden(_l("This message has been deleted."))
        if queries.pin_count(conversation.id) >= PINS_LIMIT:
            raise Invalid({"": _l("A hundred messages are pinned here. Unpin one first.")})
        if message.pinned_at is None:
            message.pinned_at, message.pinned_by_id = clock.now(), person.id
            _changed(work, conversation, message)
    return message


def unpin_message(person: Person, message: Message) -> Message:
    """Let it go again.

    Raises:
        Forbidden: the person neither leads the space nor was named.
    """
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_pinner(person, message, conversation)
        if message.pinned_at:
            message.pinned_at = message.pinned_by_id = None
            _changed(work, conversation, message)
    return message


def _locked(work: Work, message: Message) -> Conversation:
    """Lock the conversation first, always, then read the message anew."""
    conversation = db.session.get_one(Conversation, message.conversation_id)
    work.lock(conversation)
    db.session.refresh(message)
    return conversation


def _changed(work: Work, conversation: Conversation, message: Message) -> None:
    message.rev = conversation.next_rev()
    work.publish(MessageChanged(message.id, conversation.id, message.rev))


def _take_place(work: Work, message: Message, conversation: Conversation) -> None:
    """Give the next place. Who has read all so far has read their own message as well."""
    before = conversation.last_seq
    message.seq, message.rev = conversation.next_place()
    message.body_rev = message.rev
    conversation.last_message_at = message.created_at
    work.add(message)
    db.session.flush()
    if before == 0:
        keys = {"person_id": message.author_id, "conversation_id": conversation.id}
        work.add_unless_there(Place, keys)
    place = db.session.get(Place, (message.author_id, conversation.id))
    if place is not None and place.read_seq == before:
        place.read_seq = message.seq


def _count_reply(work: Work, conversation: Conversation, message: Message) -> None:
    if message.parent_id is None:
        return
    parent = db.session.get_one(Message, message.parent_id)
    parent.reply_count += 1
    _changed(work, conversation, parent)


def _call(
    work: Work,
    author: Person,
    conversation: Conversation,
    message: Message,
    rendered: Rendered,
) -> None:
    """Write down whom the message calls. An edit calls only those not called before."""
    if not rendered.mentions:
        return
    called = calls.called_people(author, conversation, rendered.mentions)
    known = queries.called_by(message.id)
    work.add(
        *(
            Mention(
                message_id=message.id,
                person_id=person_id,
                conversation_id=conversation.id,
                seq=message.seq,
            )
            for person_id in called - known
        )
    )


def _require_patience(author: Person, posts_per_10s: int) -> None:
    recent = queries.posted_since(author.id, clock.now() - WINDOW)
    if len(recent) < posts_per_10s:
        return
    oldest = recent[-posts_per_10s]
    wait = (oldest + WINDOW - clock.now()).total_seconds()
    raise TooMany(max(1, round(wait + 0.5)))


def _know(message: Message, **relations: object) -> None:
    """What was just made need not be asked for before it is shown."""
    for name, value in relations.items():
        set_committed_value(message, name, value)


def _plain(rendered: Rendered) -> list[dict[str, Any]]:
    return [dict(mention) for mention in rendered.mentions]


def _the_same(already: Message, sent: str) -> Message:
    if already.sent_hash != sent:
        raise Conflict(_l("This was sent before with another content. Send it anew."))
    return already


def _digest(
    conversation_id: UUID, body: str, parent_id: UUID | None, file_ids: Sequence[UUID]
) -> str:
    said = "\n".join(map(str, (conversation_id, parent_id, *file_ids, body)))
    return hashlib.sha256(said.encode()).hexdigest()
