"""Access rules for messages: who may read, edit, delete, pin and react."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm.attributes import set_committed_value

from intranet.delivery.files.access import lends_files
from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.conversations.access import (
    get_conversation,
    is_read_by,
    readable_in_turn,
    require_may_post,
    rights_of,
    space_id_of,
)
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Forward, Message, MessageFile
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.messaging.spaces.moderator_check import moderates
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.types import Id

EDIT_WITHIN = timedelta(hours=24)
NOWHERE = UUID(int=0)


def is_former_content_of(person_id: Id) -> ColumnElement[bool]:
    """Return the condition on `Message` that the person wrote it, for a post or in a group.

    An author can always read these, even after leaving the post, or after their agency's approval
    for the group was withdrawn. They read nothing else there. The query must join `Conversation`.
    """
    groups = select(Space.id).where(Space.kind == SpaceKind.GROUP)
    return and_(
        Message.author_id == person_id,
        or_(Message.post_id == Conversation.post_id, Conversation.space_id.in_(groups)),
        Message.deleted_at.is_(None),
    )


def get_message(person: Person, message_id: UUID) -> Message:
    """Return the message, if the person may read its conversation.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
        Forbidden: they wrote it for a post, or in a group, that they have left.
    """
    return _message(person, Message.id == message_id)


def get_message_at(person: Person, conversation_id: UUID, seq: int) -> Message:
    """Return the message with this sequence number in a conversation.

    Raises:
        NotFound: there is none, or the person may not know that there is.
        Forbidden: they wrote it for a post, or in a group, that they have left.
    """
    return _message(person, _at(conversation_id, seq))


def get_former_message(person: Person, message_id: UUID) -> Message | None:
    """Return the message, if the person can read only their own messages in its conversation."""
    return _kept(person, Message.id == message_id)


def get_former_message_at(person: Person, conversation_id: UUID, seq: int) -> Message | None:
    """Do as `get_former_message`, by sequence number in a conversation."""
    return _kept(person, _at(conversation_id, seq))


def get_deletable(person: Person, message_id: UUID) -> Message:
    """Return the message, if the person reads it or wrote it in a group that they have left.

    A message written for a post stays in the post's conversation.

    Raises:
        NotFound, Forbidden: as `get_message` does.
    """
    left = _kept(person, and_(Message.id == message_id, Conversation.space_id.is_not(None)))
    return left or get_message(person, message_id)


def former_messages_in(person: Person, conversation_id: UUID) -> Sequence[Message]:
    """List the person's own messages in a conversation that they can no longer read, in order.

    Raises:
        NotFound: there are none.
    """
    rows = _kept_rows(person).where(Message.conversation_id == conversation_id)
    kept = db.session.scalars(rows.order_by(Message.seq)).all()
    if not kept:
        raise NotFound
    return kept


@lends_files
def find_file(person: Person, file_id: UUID) -> File | None:
    """Return the file, if a message that the person may read has it attached or forwarded."""
    asked = (
        select(File)
        .join(MessageFile, MessageFile.file_id == File.id)
        .join(Message, MessageFile.message_id == Message.id)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(File.id == file_id, Message.deleted_at.is_(None))
    )
    carried = (
        select(File)
        .join(MessageFile, MessageFile.file_id == File.id)
        .join(Forward, Forward.origin_id == MessageFile.message_id)
        .join(Message, Message.id == Forward.message_id)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(File.id == file_id, Message.deleted_at.is_(None))
        .where(Forward.has_files, Forward.withdrawn_at.is_(None))
        .limit(1)
    )
    for wanted in (asked, carried):
        for is_readable in chain([is_former_content_of(person.id)], readable_in_turn(person)):
            if file := db.session.scalar(wanted.where(is_readable)):
                return file
    return None


def may_edit(person: Person, message: Message) -> bool:
    """Return whether the person wrote the message less than a day ago and it is not deleted."""
    return (
        message.author_id == person.id
        and message.deleted_at is None
        and clock.now() - message.created_at < EDIT_WITHIN
    )


def require_editor(person: Person, message: Message) -> None:
    """Check that the person may change the text of the message.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: they did not write it, it is too old or deleted, they are muted or no longer a
            member, or the conversation is closed.
    """
    get_message(person, message.id)
    if message.author_id != person.id:
        raise Forbidden(_l("Only the author can edit a message."))
    if message.deleted_at:
        raise Forbidden(_l("This message has been deleted."))
    if not may_edit(person, message):
        raise Forbidden(
            _l("A message can be edited only during the first 24 hours. Write a new message.")
        )
    if not rights_of(person, message.conversation).is_member:
        raise Forbidden(_l("You are reading this channel as a guest. Only members can write here."))
    require_may_post(person, message.conversation)


def may_delete(person: Person, message: Message) -> bool:
    """Return whether the person, who can read the message, wrote it or is head of the space."""
    return message.author_id == person.id or rights_of(person, message.conversation).leads


def require_deleter(person: Person, message: Message, conversation: Conversation) -> None:
    """Check that the person is the message's author or the head of the space.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: the person is neither the author nor a head.
    """
    get_deletable(person, message.id)
    if message.author_id != person.id and not rights_of(person, conversation).leads:
        raise Forbidden(_l("Only the author or the head of the unit can delete a message."))


def may_remove_version(person: Person, message: Message) -> bool:
    """Return whether the person, who can read the message, may delete it or moderates the space."""
    return may_delete(person, message) or moderates(person, space_id_of(message.conversation))


def require_remover(person: Person, message: Message) -> None:
    """Check that the person may remove an earlier version of a message.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: they neither wrote it nor moderate the space.
    """
    get_message(person, message.id)
    if not may_remove_version(person, message):
        raise Forbidden(_l("Only the author and the moderators of this space can remove this."))


def require_pinner(person: Person, message: Message, conversation: Conversation) -> None:
    """Check that the person may pin messages in the conversation.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: they neither lead the space nor were named.
    """
    get_message(person, message.id)
    if not rights_of(person, conversation).pins:
        raise Forbidden(
            _l("Only the head of the unit and the people they authorise can pin messages here.")
        )


def require_participant(person: Person, message: Message, conversation: Conversation) -> None:
    """Check that the person may react: any participant may, while the message is not deleted.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: they only read it, the message is deleted, they are muted, or it is closed.
    """
    get_message(person, message.id)
    if not rights_of(person, conversation).is_member:
        raise Forbidden(_l("You are reading this channel as a guest. Only members can react here."))
    if message.deleted_at:
        raise Forbidden(_l("This message has been deleted."))
    require_may_post(person, conversation)


def _at(conversation_id: UUID, seq: int) -> ColumnElement[bool]:
    if seq > MAX_INTEGER:
        raise NotFound
    return and_(Message.conversation_id == conversation_id, Message.seq == seq)


def _message(person: Person, wanted: ColumnElement[bool]) -> Message:
    message = db.session.scalar(select(Message).where(wanted))
    with suppress(NotFound):
        # Query the conversation of a missing message too: the timing must not reveal that it is.
        conversation = get_conversation(person, message.conversation_id if message else NOWHERE)
        if message:
            set_committed_value(message, "conversation", conversation)
            return message
    if _kept(person, wanted):
        raise Forbidden(
            _l("You are no longer in this conversation. You can still read your own messages.")
        )
    raise NotFound


def _kept(person: Person, wanted: ColumnElement[bool]) -> Message | None:
    return db.session.scalar(_kept_rows(person).where(wanted))


def _kept_rows(person: Person) -> Select[Message]:
    return (
        select(Message)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(is_former_content_of(person.id), ~func.coalesce(is_read_by(person), false()))
    )
