"""Who may do what with a message."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from intranet.conversations.access import (
    readable_by,
    rights_of,
)
from intranet.conversations.models import Conversation
from intranet.core import clock
from intranet.core.errors import Forbidden, NotFound
from intranet.core.i18n import _l
from intranet.core.parsing import PLACES
from intranet.extensions import db
from intranet.files.models import File
from intranet.messages.models import Message, MessageFile
from intranet.people.models import Person

EDIT_WITHIN = timedelta(hours=24)


def get_message(person: Person, message_id: UUID) -> Message:
    """The message, if the person may read its conversation.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    message = db.session.scalar(
        select(Message)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(Message.id == message_id, readable_by(person))
    )
    if message is None:
        raise NotFound
    return message


def get_message_at(person: Person, conversation_id: UUID, seq: int) -> Message:
    """The message at a place of a conversation.

    Raises:
        NotFound: there is none, or the person may not know that there is.
    """
    if seq > PLACES:
        raise NotFound
    message = db.session.scalar(
        select(Message)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(Message.conversation_id == conversation_id, Message.seq == seq, readable_by(person))
    )
    if message is None:
        raise NotFound
    return message


def get_message_file(person: Person, file_id: UUID) -> File:
    """The file on a message that the person may read, or one's own that hangs on none yet.

    Raises:
        NotFound: it hangs on none, or the person may not know that it does.
    """
    held = (
        select(MessageFile.file_id)
        .join(Message, MessageFile.message_id == Message.id)
        .join(Conversation, Message.conversation_id == Conversation.id)
        .where(Message.deleted_at.is_(None), readable_by(person))
    )
    loose = ~exists(select(MessageFile.file_id).where(MessageFile.file_id == File.id))
    file = db.session.scalar(
        select(File).where(
            File.id == file_id,
            or_(File.id.in_(held), and_(File.owner_id == person.id, loose)),
        )
    )
    if file is None:
        raise NotFound
    return file


def may_edit(person: Person, message: Message) -> bool:
    """Whether the person wrote it, less than a day ago, and it still stands."""
    return (
        message.author_id == person.id
        and message.deleted_at is None
        and clock.now() - message.created_at < EDIT_WITHIN
    )


def require_editor(person: Person, message: Message) -> None:
    """Ask whether the person may change the text.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: it is not theirs, too old, or deleted.
    """
    get_message(person, message.id)
    if message.author_id != person.id:
        raise Forbidden(_l("Only who wrote a message can change it."))
    if message.deleted_at:
        raise Forbidden(_l("This message has been deleted."))
    if not may_edit(person, message):
        raise Forbidden(_l("A message can be changed for 24 hours. Write a new one."))


def require_deleter(person: Person, message: Message, conversation: Conversation) -> None:
    """Ask whether the person may delete it: its author, or the head of the space.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: neither.
    """
    get_message(person, message.id)
    if message.author_id != person.id and not rights_of(person, conversation).leads:
        raise Forbidden(_l("Its author or the head of the unit can delete a message."))


def require_pinner(person: Person, message: Message, conversation: Conversation) -> None:
    """Ask whether the person may pin here.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: they neither lead the space nor were named.
    """
    get_message(person, message.id)
    if not rights_of(person, conversation).pins:
        raise Forbidden(_l("The head of the unit and those they name pin messages here."))


def require_participant(person: Person, message: Message, conversation: Conversation) -> None:
    """Ask whether the person may react: whoever takes part, to a message that stands.

    Raises:
        NotFound: they no longer read the conversation.
        Forbidden: they only read it, or the message is deleted.
    """
    get_message(person, message.id)
    if not rights_of(person, conversation).is_member:
        raise Forbidden(_l("You read this channel as a guest. Its members react in it."))
    if message.deleted_at:
        raise Forbidden(_l("This message has been deleted."))
