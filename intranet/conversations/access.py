"""Who reads a conversation, and what they may do in it."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from intranet.conversations.models import Conversation, ConversationKind, Participant
from intranet.core.errors import Forbidden, NotFound
from intranet.core.i18n import _l
from intranet.extensions import db
from intranet.people.models import Person
from intranet.spaces.access import is_member, joined_by, leads, speaks_in, visible_to
from intranet.spaces.models import Posting, Space, SpaceKind
from intranet.spaces.queries import member_count

RING_LIMIT = 50
AGENCY_LIMIT = 150


def readable_by(person: Person) -> ColumnElement[bool]:
    """Conversations this person may read, as a condition on `Conversation`."""
    spaces = select(Space.id).where(visible_to(person))
    return or_(Conversation.space_id.in_(spaces), Conversation.id.in_(_talks_of(person)))


def joined_conversations(person: Person) -> ColumnElement[bool]:
    """Conversations this person takes part in, as a condition on `Conversation`."""
    spaces = select(Space.id).where(joined_by(person))
    return or_(Conversation.space_id.in_(spaces), Conversation.id.in_(_talks_of(person)))


def get_conversation(person: Person, conversation_id: UUID) -> Conversation:
    """The conversation, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    conversation = db.session.scalar(
        select(Conversation).where(Conversation.id == conversation_id, readable_by(person))
    )
    if conversation is None:
        raise NotFound
    return conversation


def require_reader(person: Person, conversation: Conversation) -> None:
    """Ask again, inside a transaction, whether the person reads it.

    Raises:
        NotFound: no longer.
    """
    get_conversation(person, conversation.id)


def require_poster(person: Person, conversation: Conversation, *, is_reply: bool) -> None:
    """Ask whether the person may write here.

    Raises:
        NotFound: they do not read it.
        Forbidden: they read it and may not write, or only answer.
    """
    if conversation.space is None or not is_member(person, conversation.space):
        require_reader(person, conversation)
        if conversation.space:
            raise Forbidden(_l("You read this channel as a guest. Its members write in it."))
    if conversation.archived_at:
        raise Forbidden(_l("This conversation is closed. It can only be read."))
    if conversation.space is None:
        return
    if not is_reply and not opens_messages(person, conversation.space):
        raise Forbidden(
            _l("Heads and those they name open messages here. You can reply to any of them.")
        )


def opens_messages(person: Person, space: Space) -> bool:
    """Whether the person may begin a message in the space, not only reply."""
    crowded = space.kind == SpaceKind.AGENCY and member_count(space.id) > AGENCY_LIMIT
    if space.posting == Posting.EVERYBODY and not crowded:
        return True
    return speaks_in(person, space)


def may_ring(person: Person, conversation: Conversation) -> bool:
    """Whether the person may call everybody with `@channel`."""
    if conversation.space is None:
        return True
    return member_count(conversation.space.id) <= RING_LIMIT or speaks_in(
        person, conversation.space
    )


def may_pin(person: Person, conversation: Conversation) -> bool:
    """Whether the person may pin: in a talk all, in a channel the head and those they name."""
    if conversation.space is None:
        return True
    return speaks_in(person, conversation.space)


def may_lead(person: Person, conversation: Conversation) -> bool:
    """Whether the person heads the space: deletes others' messages, makes channels, invites."""
    return conversation.space is not None and leads(person, conversation.space)


def takes_part(person: Person, conversation: Conversation) -> bool:
    """Whether the person is a member, not only somebody who may read."""
    if conversation.space is None:
        return conversation.kind == ConversationKind.DIRECT
    return is_member(person, conversation.space)


def _talks_of(person: Person) -> Select[UUID]:
    return select(Participant.conversation_id).where(
        Participant.person_id == person.id, Participant.declined_at.is_(None)
    )
