"""Who reads a conversation, and what they may do in it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from intranet.agencies.models import Post
from intranet.conversations.holders import discussions_read_by, held_by
from intranet.conversations.models import Conversation, ConversationKind, Participant
from intranet.core import clock
from intranet.core.errors import Forbidden, NotFound
from intranet.core.i18n import _l
from intranet.core.per_request import per_request
from intranet.extensions import db
from intranet.people.access import closed_agency_ids, holds_any_post
from intranet.people.models import Person
from intranet.people.speaking import answering, posts_spoken_for, speaks_for
from intranet.spaces.access import (
    is_laid_down,
    joined_by,
    muted_until,
    require_unmuted,
    roles_in,
    visible_to,
)
from intranet.spaces.models import Posting, Role, Space, SpaceKind
from intranet.spaces.queries import member_count

RING_LIMIT = 50
AGENCY_LIMIT = 150


def readable_by(person: Person) -> ColumnElement[bool]:
    """Conversations this person may read, as a condition on `Conversation`."""
    return or_(*readable_in_turn(person))


def rooms_read_by(person: Person) -> ColumnElement[bool]:
    """The same but for discussions: channels and talks, of which nobody has very many."""
    spaces = select(Space.id).where(visible_to(person))
    return or_(Conversation.space_id.in_(spaces), _is_talk_of(person))


def readable_in_turn(person: Person) -> Iterator[ColumnElement[bool]]:
    """The same as two conditions, for who asks for one row: mostly the first finds it.

    What a discussion hangs on is asked only after that, so that talks and channels are no slower
    for there being discussions.
    """
    yield rooms_read_by(person)
    if elsewhere := discussions_read_by(person):
        yield and_(Conversation.kind == ConversationKind.DISCUSSION, or_(*elsewhere))


def joined_conversations(person: Person) -> ColumnElement[bool]:
    """Conversations this person takes part in, as a condition on `Conversation`."""
    spaces = select(Space.id).where(joined_by(person))
    return or_(Conversation.space_id.in_(spaces), _is_talk_of(person))


def get_conversation(person: Person, conversation_id: UUID) -> Conversation:
    """The conversation, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    asked = select(Conversation).where(Conversation.id == conversation_id)
    for is_readable in readable_in_turn(person):
        if conversation := db.session.scalar(asked.where(is_readable)):
            return conversation
    raise NotFound


def get_addressed_post(person: Person, post_id: UUID) -> Post:
    """The post to which the person may write: any in the network, while they hold one.

    Raises:
        NotFound: there is none, or its agency is closed to them.
    """
    post = db.session.get(Post, post_id)
    if post is None or not holds_any_post(person) or post.agency_id in closed_agency_ids(person):
        raise NotFound
    return post


def readable_among(person: Person, ids: Collection[UUID]) -> dict[UUID, Conversation]:
    """Those of these conversations that the person may read, by id. At most two queries."""
    found: dict[UUID, Conversation] = {}
    for is_readable in readable_in_turn(person):
        if rest := set(ids) - set(found):
            asked = select(Conversation).where(Conversation.id.in_(rest), is_readable)
            found |= {row.id: row for row in db.session.scalars(asked)}
    return found


def require_reader(person: Person, conversation: Conversation) -> None:
    """Ask again, inside a transaction, whether the person reads it.

    Raises:
        NotFound: no longer.
    """
    get_conversation(person, conversation.id)


@dataclass(frozen=True)
class Rights:
    """What a person may do in a conversation, asked once."""

    is_member: bool
    is_open: bool
    opens: bool
    speaks: bool
    leads: bool
    rings: bool
    muted_until: datetime | None = None

    @property
    def posts(self) -> bool:
        """Whether they may begin a message."""
        return self.replies and self.opens

    @property
    def replies(self) -> bool:
        """Whether they may answer one, put their sign under it, and change what they wrote."""
        return self.is_member and self.is_open and self.muted_until is None

    @property
    def pins(self) -> bool:
        """Whether they may keep a message at hand for everybody."""
        return self.speaks


@per_request
def rights_of(person: Person, conversation: Conversation) -> Rights:
    """Ask what the person, who reads the conversation, may do in it.

    In a talk everybody may everything; in a discussion everybody writes, and who writes what is
    discussed leads. In a room the heads, and those they name, open messages
    where the unit wants that or an agency is large, ring more than fifty people, and pin.
    """
    is_open = conversation.archived_at is None and not is_orphaned(conversation)
    space = conversation.space
    if held := held_by(conversation):
        leads = held.is_led_by(person)
        return Rights(
            is_member=True,
            is_open=is_open and not (held.space_id and is_laid_down(held.space_id)),
            opens=True,
            speaks=leads,
            leads=leads,
            rings=False,
            muted_until=muted_until(person, held.space_id) if held.space_id else None,
        )
    if space is None:
        return Rights(
            is_member=True, is_open=is_open, opens=True, speaks=True, leads=False, rings=True
        )
    roles = roles_in(person, space)
    speaks = bool(roles & {Role.HEAD, Role.SPEAKER})
    count = 0 if speaks else member_count(space.id, most=AGENCY_LIMIT + 1)
    is_crowded = space.kind == SpaceKind.AGENCY and count > AGENCY_LIMIT
    return Rights(
        is_member=bool(roles),
        is_open=is_open,
        opens=speaks or (space.posting == Posting.EVERYBODY and not is_crowded),
        speaks=speaks,
        leads=Role.HEAD in roles,
        rings=speaks or count <= RING_LIMIT,
        muted_until=muted_until(person, space.id),
    )


def speaks_in(person: Person, conversation: Conversation) -> bool:
    """Whether the person takes part for the post whose talk it is, not only for themselves."""
    return conversation.post_id is not None and speaks_for(
        person, conversation.post_id, clock.now()
    )


def is_orphaned(conversation: Conversation) -> bool:
    """Whether it is the talk of a post that has ended and for which nobody speaks."""
    post = conversation.post
    if post is None or post.is_in_force(clock.today(post.unit.agency.time_zone)):
        return False
    return not answering([post.id], clock.now())[post.id].speakers


def require_poster(person: Person, conversation: Conversation, *, is_reply: bool) -> None:
    """Ask whether the person may write here.

    Raises:
        NotFound: they do not read it.
        Forbidden: they read it and may not write, or only answer.
    """
    rights = rights_of(person, conversation)
    if conversation.space is None or not rights.is_member:
        require_reader(person, conversation)
    if not rights.is_member:
        raise Forbidden(_l("You read this channel as a guest. Its members write in it."))
    if is_orphaned(conversation):
        raise Forbidden(_l("This post has ended and nobody answers for it. You can still read."))
    require_say_in(person, conversation)
    if not is_reply and not rights.opens:
        raise Forbidden(
            _l("Heads and those they name open messages here. You can reply to any of them.")
        )


def require_say_in(person: Person, conversation: Conversation) -> None:
    """Ask whether the person may leave something here now.

    Raises:
        Forbidden: it is closed, or a moderator muted them where it belongs; it says until when.
    """
    if not rights_of(person, conversation).is_open:
        raise Forbidden(_l("This conversation is closed. It can only be read."))
    if space_id := space_id_of(conversation):
        require_unmuted(person, space_id)


def space_id_of(conversation: Conversation) -> UUID | None:
    """The space of a room, or of what is discussed; a talk has none."""
    if conversation.space_id:
        return conversation.space_id
    held = held_by(conversation)
    return held.space_id if held else None


def _is_talk_of(person: Person) -> ColumnElement[bool]:
    """A talk in which the person takes part, or of a post for which they speak now."""
    return or_(
        Conversation.id.in_(_talks_of(person)),
        Conversation.post_id.in_(posts_spoken_for(person.id, clock.now())),
    )


def _talks_of(person: Person) -> Select[UUID]:
    return select(Participant.conversation_id).where(
        Participant.person_id == person.id, Participant.declined_at.is_(None)
    )
