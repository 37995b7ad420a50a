"""Who reads a conversation, and what they may do in it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.messaging.conversations.holders import discussions_read_by, held_by
from intranet.messaging.conversations.models import Conversation, ConversationKind, Participant
from intranet.messaging.spaces.access import (
    Standing,
    is_joined_by,
    is_laid_down,
    is_visible_to,
    muted,
    muted_until,
    standing_across,
    standing_among,
    visible_to,
)
from intranet.messaging.spaces.models import Posting, Role, Space, SpaceKind
from intranet.messaging.spaces.queries import member_count
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import closed_agency_ids, holds_any_post
from intranet.organisation.people.models import Person
from intranet.organisation.people.onward import posts_read_for, reading, reads_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, Id, Instant, given, given_many

RING_LIMIT = 50
AGENCY_LIMIT = 150


def readable_by(person: Person) -> ColumnElement[bool]:
    """Conversations this person may read, as a condition on `Conversation`."""
    return or_(*readable_in_turn(person))


def rooms_read_by(person: Person) -> ColumnElement[bool]:
    """The same but for discussions: channels and talks, of which nobody has very many."""
    return _is_one_of(select(Space.id).where(visible_to(person)), person.id, clock.now())


def readable_in_turn(person: Person) -> Iterator[ColumnElement[bool]]:
    """The same as two conditions, for who asks for one row: mostly the first finds it.

    What a discussion hangs on is asked only after that, so that talks and channels are no slower
    for there being discussions.
    """
    yield rooms_read_by(person)
    yield from _discussions_read_by(person)


def joined_conversations(person: Person) -> ColumnElement[bool]:
    """Conversations this person takes part in, as a condition on `Conversation`."""
    return is_joined(person.id, clock.now())


def is_joined(person_id: Id, now: Instant) -> ColumnElement[bool]:
    """The same for an instant."""
    return _is_one_of(select(Space.id).where(is_joined_by(person_id, now)), person_id, now)


def get_conversation(person: Person, conversation_id: UUID) -> Conversation:
    """The conversation, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    asked = {"conversation_id": conversation_id, "person_id": person.id}
    if room := db.session.scalar(_room(), asked):
        return room
    for is_readable in _discussions_read_by(person):
        if discussion := db.session.scalar(_conversation(conversation_id).where(is_readable)):
            return discussion
    raise NotFound


@cache
def _room() -> Select[Conversation]:
    """A channel or talk that a person may read: the rule of `rooms_read_by`, built once."""
    return _conversation(given("conversation_id")).where(_is_room())


@cache
def _rooms() -> Select[Conversation]:
    """The same for several."""
    wanted = Conversation.id.in_(given_many("conversation_ids"))
    return select(Conversation).where(wanted, _is_room())


def _is_room() -> ColumnElement[bool]:
    person_id = given("person_id")
    spaces = select(Space.id).where(is_visible_to(person_id, NOW))
    return _is_one_of(spaces, person_id, NOW)


def _conversation(conversation_id: Id) -> Select[Conversation]:
    return select(Conversation).where(Conversation.id == conversation_id)


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
    asked = {"conversation_ids": list(set(ids)), "person_id": person.id}
    found = {row.id: row for row in db.session.scalars(_rooms(), asked)} if ids else {}
    # What a discussion hangs on takes far longer to put together than rooms take to be found.
    if rest := set(ids) - set(found):
        for is_readable in _discussions_read_by(person):
            discussions = select(Conversation).where(Conversation.id.in_(rest), is_readable)
            found |= {row.id: row for row in db.session.scalars(discussions)}
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
    discussed leads. In a room the heads, and those they name, open messages where the unit wants
    that or an agency is large, and pin.
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
            muted_until=muted_until(person, held.space_id) if held.space_id else None,
        )
    if space is None:
        return Rights(is_member=True, is_open=is_open, opens=True, speaks=True, leads=False)
    return _in_room([person.id], space, is_open=is_open)[person.id]


def rights_among(people: Collection[Person], conversation: Conversation) -> dict[UUID, Rights]:
    """The same for several people; in a room in few queries."""
    if conversation.space is None:
        return {person.id: rights_of(person, conversation) for person in people}
    is_open = conversation.archived_at is None
    return _in_room([person.id for person in people], conversation.space, is_open=is_open)


def rights_across(person: Person, conversations: Collection[Conversation]) -> dict[UUID, Rights]:
    """The person's rights in each of many channels and talks, by id; in few queries."""
    spaces = {row.space.id: row.space for row in conversations if row.space}
    standing = standing_across(person.id, spaces) if spaces else {}
    in_rooms = {
        space_id: _in_rooms({person.id: standing[space_id]}, space)[person.id]
        for space_id, space in spaces.items()
    }
    found = {}
    for row in conversations:
        if row.space_id is None:
            found[row.id] = rights_of(person, row)
        else:
            is_open = row.archived_at is None and not is_orphaned(row)
            found[row.id] = replace(in_rooms[row.space_id], is_open=is_open)
    return found


def _in_room(ids: Collection[UUID], space: Space, *, is_open: bool) -> dict[UUID, Rights]:
    found = _in_rooms(standing_among(ids, space.id), space)
    return {each: replace(rights, is_open=is_open) for each, rights in found.items()}


def _in_rooms(standing: Mapping[UUID, Standing], space: Space) -> dict[UUID, Rights]:
    """The rights of people in the open rooms of a space."""
    speakers = {each for each, one in standing.items() if one.roles & {Role.HEAD, Role.SPEAKER}}
    is_free = space.posting == Posting.EVERYBODY and (
        speakers.issuperset(standing) or not _is_crowded(space)
    )
    return {
        each: Rights(
            is_member=bool(one.roles),
            is_open=True,
            opens=each in speakers or is_free,
            speaks=each in speakers,
            leads=Role.HEAD in one.roles,
            muted_until=one.muted_until,
        )
        for each, one in standing.items()
    }


def _is_crowded(space: Space) -> bool:
    if space.kind != SpaceKind.AGENCY:
        return False
    return member_count(space.id, most=AGENCY_LIMIT + 1) > AGENCY_LIMIT


def rings(person: Person, conversation: Conversation) -> bool:
    """Whether the person may call everybody with `@channel`.

    In a talk everybody does, in a discussion nobody, in a room of more than fifty those who speak.
    """
    if conversation.space is None:
        return conversation.kind != ConversationKind.DISCUSSION
    if rights_of(person, conversation).speaks:
        return True
    return member_count(conversation.space.id, most=RING_LIMIT + 1) <= RING_LIMIT


def speaks_in(person: Person, conversation: Conversation) -> bool:
    """Whether the person takes part for the post whose talk it is, not only for themselves."""
    return conversation.post_id is not None and reads_for(person, conversation.post_id, clock.now())


def is_orphaned(conversation: Conversation) -> bool:
    """Whether it is the talk of a post that has ended and for which nobody speaks."""
    post = conversation.post
    if post is None or post.is_in_force(clock.today(post.unit.agency.time_zone)):
        return False
    return not reading([post.id], clock.now())[post.id].speakers


def require_poster(
    person: Person, conversation: Conversation, rights: Rights, *, is_reply: bool
) -> None:
    """Ask whether the person, who has these rights, may write here.

    Raises:
        NotFound: it is a talk or a discussion, and they do not read it.
        Forbidden: they may not write, or only answer; whether they read a room is asked apart.
    """
    if conversation.space is None:
        require_reader(person, conversation)
    if not rights.is_member:
        raise Forbidden(_l("You are reading this channel as a guest. Only members can write here."))
    if is_orphaned(conversation):
        raise Forbidden(
            _l(
                "This post has ended and nobody answers its messages. You can still read "
                "the conversation."
            )
        )
    _require_say(rights)
    if not is_reply and not rights.opens:
        raise Forbidden(
            _l(
                "Only heads and the people they authorise can post new messages here. You "
                "can reply to any message."
            )
        )


def require_say_in(person: Person, conversation: Conversation) -> None:
    """Ask whether the person may leave something here now.

    Raises:
        Forbidden: it is closed, or a moderator muted them where it belongs; it says until when.
    """
    _require_say(rights_of(person, conversation))


def _require_say(rights: Rights) -> None:
    if not rights.is_open:
        raise Forbidden(_l("This conversation is closed and can only be read."))
    if rights.muted_until:
        raise muted(rights.muted_until)


def space_id_of(conversation: Conversation) -> UUID | None:
    """The space of a room, or of what is discussed; a talk has none."""
    if conversation.space_id:
        return conversation.space_id
    held = held_by(conversation)
    return held.space_id if held else None


def _discussions_read_by(person: Person) -> Iterator[ColumnElement[bool]]:
    if elsewhere := discussions_read_by(person):
        yield and_(Conversation.kind == ConversationKind.DISCUSSION, or_(*elsewhere))


def _is_one_of(spaces: Select[UUID], person_id: Id, now: Instant) -> ColumnElement[bool]:
    """A channel of these spaces, a talk of the person, or of a post for which they speak then.

    Way by way, for each has an index: with an "or" every conversation there is would be looked at.
    """
    each = aliased(Conversation)
    ways = union_all(
        select(each.id).where(each.space_id.in_(spaces)),
        select(Participant.conversation_id).where(
            Participant.person_id == person_id, Participant.declined_at.is_(None)
        ),
        select(each.id).where(each.post_id.in_(posts_read_for(person_id, now))),
    )
    return Conversation.id.in_(ways)
