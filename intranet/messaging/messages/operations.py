"""Operations on existing messages: edit, delete, react and pin."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete

from intranet.delivery.files.operations import discard
from intranet.extensions import db
from intranet.messaging.conversations.access import space_id_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages import message_parts, queries
from intranet.messaging.messages.access import (
    get_message,
    require_deleter,
    require_editor,
    require_participant,
    require_pinner,
    require_remover,
)
from intranet.messaging.messages.events import MessageChanged
from intranet.messaging.messages.forwards import erase_forwards
from intranet.messaging.messages.models import (
    BODY_LIMIT,
    Forward,
    Mention,
    Message,
    MessageFile,
    MessageVersion,
    Reaction,
)
from intranet.messaging.spaces.models import Space
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.emoji import is_emoji
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.html import Rendered
from intranet.platform.core.i18n import _l
from intranet.platform.core.idempotency import forget_answers_about
from intranet.platform.core.keeping import offer
from intranet.platform.core.parsing import required_text
from intranet.platform.core.unit_of_work import Work, unit_of_work

REACTIONS_LIMIT = 40
PINS_LIMIT = 100


def edit_message(author: Person, message: Message, body: str, *, body_rev: int) -> Message:
    """Change the text; the earlier version stays readable.

    Args:
        body_rev: the revision of the text that the writer was editing.

    Raises:
        Forbidden: the author did not write it, or it is older than a day.
        Conflict: the text has changed since; reactions do not count.
        Invalid: the body is empty or too long.
    """
    body = required_text(body, "body", BODY_LIMIT)
    body, rendered = message_parts.body_and_html(author, message.conversation_id, body)
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
    """Delete the content of a message; its row stays. Deleting it again changes nothing.

    Raises:
        Forbidden: the person neither wrote it nor heads the space.
    """
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_deleter(person, message, conversation)
        if message.deleted_at:
            return message
        offer([message], person.id)
        file_ids = queries.file_ids_of(message.id)
        for table in (MessageVersion, Reaction, Mention, MessageFile, Forward):
            db.session.execute(delete(table).where(table.message_id == message.id))
        discard(file_ids, person.id, with_holder=True)
        erase_forwards(work, message, by_id=person.id)
        message.body = message.html = message.sent_hash = ""
        forget_answers_about(message.id, message.author_id)
        message.mentions = []
        message.pinned_at = message.pinned_by_id = None
        message.deleted_at, message.deleted_by_id = clock.now(), person.id
        message.rev = message.body_rev = conversation.next_rev()
        work.publish(MessageChanged(message.id, conversation.id, message.rev))
    return message


def remove_version(person: Person, message: Message, version_id: UUID) -> MessageVersion:
    """Remove the text of an earlier version for good; the time of the edit stays visible.

    Raises:
        Forbidden: the person neither wrote it nor moderates the space.
        NotFound: the message has no such version.
    """
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_remover(person, message)
        version = db.session.get(MessageVersion, version_id)
        if version is None or version.message_id != message.id or message.deleted_at:
            raise NotFound
        if version.removed_at:
            return version
        offer([version], person.id)
        erase_forwards(work, message, of_body=version.body, by_id=person.id)
        version.body = version.html = message.sent_hash = ""
        version.removed_at, version.removed_by_id = clock.now(), person.id
        held = current_appointments(person.id)
        space_id = space_id_of(conversation)
        space = db.session.get_one(Space, space_id) if space_id else None
        if agency_id := space.agency_id if space else held[0].post.agency_id if held else None:
            record(
                "message.remove_version",
                agency_id=agency_id,
                actor_id=person.id,
                subject=("message", message.id),
                detail={"version": str(version.id), "author": str(message.author_id)},
            )
        forget_answers_about(message.id, message.author_id)
        _changed(work, conversation, message)
    return version


def add_reaction(person: Person, message: Message, emoji: str) -> Message:
    """Add the person's reaction to a message, once.

    Raises:
        Forbidden: they only read the channel, or the message is deleted.
        Invalid: it is not an emoji, or the message has too many different reactions already.
    """
    if not is_emoji(emoji):
        raise Invalid({"emoji": _l("Choose a reaction from the list.")})
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_participant(person, message, conversation)
        signs = queries.emoji_of(message.id)
        if emoji not in signs and len(signs) >= REACTIONS_LIMIT:
            raise Invalid(
                {"emoji": _l("This message already has the maximum number of different reactions.")}
            )
        if db.session.get(Reaction, (message.id, person.id, emoji)) is None:
            work.add(Reaction(message_id=message.id, person_id=person.id, emoji=emoji))
            _changed(work, conversation, message)
    return message


def remove_reaction(person: Person, message: Message, emoji: str) -> Message:
    """Remove the person's reaction, even if they may no longer add one.

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
    """Pin a message for everyone in the conversation.

    Raises:
        Forbidden: the person is neither head nor speaker of the space, or it is deleted.
        Invalid: a hundred are pinned already.
    """
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_pinner(person, message, conversation)
        if message.deleted_at:
            raise Forbidden(_l("This message has been deleted."))
        if queries.pin_count(conversation.id) >= PINS_LIMIT:
            raise Invalid(
                {"": _l("The limit of 100 pinned messages has been reached. Unpin one first.")}
            )
        if message.pinned_at is None:
            message.pinned_at, message.pinned_by_id = clock.now(), person.id
            _changed(work, conversation, message)
    return message


def unpin_message(person: Person, message: Message) -> Message:
    """Unpin a message.

    Raises:
        Forbidden: the person is neither head nor speaker of the space.
    """
    with unit_of_work() as work:
        conversation = _locked(work, message)
        require_pinner(person, message, conversation)
        if message.pinned_at:
            message.pinned_at = message.pinned_by_id = None
            _changed(work, conversation, message)
    return message


def _locked(work: Work, message: Message) -> Conversation:
    """Lock the conversation first, then read the message again."""
    conversation = db.session.get_one(Conversation, message.conversation_id)
    work.lock(conversation)
    db.session.refresh(message)
    return conversation


def _changed(work: Work, conversation: Conversation, message: Message) -> None:
    message.rev = conversation.next_rev()
    work.publish(MessageChanged(message.id, conversation.id, message.rev))


def _call(
    work: Work,
    author: Person,
    conversation: Conversation,
    message: Message,
    rendered: Rendered,
) -> None:
    """Store the mentions of a message. An edit mentions only people not mentioned before."""
    if not rendered.mentions:
        return
    called = message_parts.mentioned_people(author, conversation, rendered.mentions)
    known = queries.mentioned_ids(message.id)
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


def _plain(rendered: Rendered) -> list[dict[str, Any]]:
    return [dict(mention) for mention in rendered.mentions]
