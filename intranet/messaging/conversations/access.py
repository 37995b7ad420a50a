"""Access rules for conversations: who may read one, and what they may do in it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.messaging.conversations.discussions import (
    discussions_read_among,
    discussions_read_by,
    subject_of,
)
from intranet.messaging.conversations.models import Conversation, ConversationKind, Participant
from intranet.messaging.spaces.access import (
    SpaceStanding,
    is_joined_by,
    is_laid_down,
    is_visible_to,
    muted,
    muted_until,
    roles_and_mutes_across,
    roles_and_mutes_among,
    visible_to,
)
from intranet.messaging.spaces.member_counts import has_more_members
from intranet.messaging.spaces.models import Posting, Role, Space, SpaceKind
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import closed_agency_ids, holds_any_post
from intranet.organisation.people.models import Person
from intranet.organisation.people.vacancy_readers import posts_read_for, reading, reads_for
from intranet.platform.core import clock
from intranet.platform.core.database import rows_of
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, Id, Instant, among, id_parameter

MENTION_ALL_MAX_PEOPLE = 50
OPEN_POSTING_MAX_PEOPLE = 150


def readable_by(person: Person) -> ColumnElement[bool]:
    """Return the condition on `Conversation` that this person may read it."""
    return or_(*readable_in_turn(person))


def is_read_by(person: Person) -> ColumnElement[bool]:
    """Return the condition of `readable_by`, limited to channels and direct messages."""
    return _is_one_of(select(Space.id).where(visible_to(person)), person.id, clock.now())


def readable_in_turn(person: Person) -> Iterator[ColumnElement[bool]]:
    """Yield the parts of `readable_by`, to be tried in turn when a single row is searched.

    Channels and direct messages come first, so that discussions do not make them slower.
    """
    yield is_read_by(person)
    if elsewhere := discussions_read_by(person):
        yield and_(Conversation.kind == ConversationKind.DISCUSSION, or_(*elsewhere))


def joined_conversations(person: Person) -> ColumnElement[bool]:
    """Return the condition on `Conversation` that this person takes part in it."""
    return is_joined(person.id, clock.now())


def is_joined(person_id: Id, now: Instant) -> ColumnElement[bool]:
    """Return the condition of `joined_conversations` for a person id and an instant."""
    return _is_one_of(select(Space.id).where(is_joined_by(person_id, now)), person_id, now)


def get_conversation(person: Person, conversation_id: UUID) -> Conversation:
    """Return the conversation, if the person may read it.

    Raises:
        NotFound: it does not exist, or the person may not know that it does.
    """
    asked = {"conversation_id": conversation_id, "person_id": person.id}
    if room := db.session.scalar(_room(), asked):
        return room
    if discussions_read_among(person, [conversation_id]):
        return db.session.get_one(Conversation, conversation_id)
    raise NotFound


@cache
def _room() -> Select[Conversation]:
    wanted = Conversation.id == id_parameter("conversation_id")
    return select(Conversation).where(wanted, is_readable_room())


@cache
def _rooms() -> Select[Conversation]:
    wanted = among(Conversation.id, "conversation_ids")
    return select(Conversation).where(wanted, is_readable_room())


def is_readable_room() -> ColumnElement[bool]:
    """Return the condition of `is_read_by` with the parameter `person_id`."""
    person_id = id_parameter("person_id")
    spaces = select(Space.id).where(is_visible_to(person_id, NOW))
    return _is_one_of(spaces, person_id, NOW)


def get_addressed_post(person: Person, post_id: UUID) -> Post:
    """Return a post to which the person may write; they must hold a post themselves.

    Raises:
        NotFound: there is no such post, its agency is closed to them, or they hold no post.
    """
    post = db.session.get(Post, post_id)
    if post is None or not holds_any_post(person) or post.agency_id in closed_agency_ids(person):
        raise NotFound
    return post


def readable_among(person: Person, ids: Collection[UUID]) -> dict[UUID, Conversation]:
    """Return which of these conversations the person may read, by id, in few queries."""
    asked = {"conversation_ids": list(set(ids)), "person_id": person.id}
    found = {row.id: row for row in db.session.scalars(_rooms(), asked)} if ids else {}
    # Discussions come last: their access query costs far more than that of channels.
    if rest := set(ids) - set(found):
        readable = list(discussions_read_among(person, rest))
        found |= {row.id: row for row in rows_of(Conversation, readable)} if readable else {}
    return found


def require_reader(person: Person, conversation: Conversation) -> None:
    """Check again, inside a transaction, that the person may read the conversation.

    Raises:
        NotFound: they no longer may.
    """
    get_conversation(person, conversation.id)


@dataclass(frozen=True)
class Rights:
    """The rights of a person in a conversation, looked up once."""

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
        """Whether they may reply, react, and change what they wrote."""
        return self.is_member and self.is_open and self.muted_until is None

    @property
    def pins(self) -> bool:
        """Whether they may pin messages for everyone."""
        return self.speaks


@per_request
def rights_of(person: Person, conversation: Conversation) -> Rights:
    """Return the rights of a person who can read the conversation.

    In a direct message everyone has all rights. In a discussion everyone writes, and the authors of
    its subject lead. In a channel heads and the speakers they name pin; they alone begin messages
    if the unit wants that or the agency is large.
    """
    is_open = conversation.archived_at is None and not is_orphaned(conversation)
    space = conversation.space
    if held := subject_of(conversation):
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
    """Return the rights of several people; for a channel, in few queries."""
    if conversation.space is None:
        return {person.id: rights_of(person, conversation) for person in people}
    is_open = conversation.archived_at is None
    return _in_room([person.id for person in people], conversation.space, is_open=is_open)


def rights_across(person: Person, conversations: Collection[Conversation]) -> dict[UUID, Rights]:
    """Return the person's rights in many channels and direct messages, by id, in few queries."""
    spaces = {row.space.id: row.space for row in conversations if row.space}
    standing = roles_and_mutes_across(person.id, spaces) if spaces else {}
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
    found = _in_rooms(roles_and_mutes_among(ids, space.id), space)
    return {each: replace(rights, is_open=is_open) for each, rights in found.items()}


def _in_rooms(standing: Mapping[UUID, SpaceStanding], space: Space) -> dict[UUID, Rights]:
    """Return the rights of people in the open channels of a space."""
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
    return has_more_members(space, OPEN_POSTING_MAX_PEOPLE)


def may_mention_all(person: Person, conversation: Conversation) -> bool:
    """Return whether the person may mention everyone with `@channel`.

    In a direct message everyone may, in a discussion nobody, in a channel of more than fifty people
    only those who may begin messages.
    """
    if conversation.space is None:
        return conversation.kind != ConversationKind.DISCUSSION
    if rights_of(person, conversation).speaks:
        return True
    return not has_more_members(conversation.space, MENTION_ALL_MAX_PEOPLE)


def speaks_for_post_in(person: Person, conversation: Conversation) -> bool:
    """Return whether the person takes part for the conversation's post, not only themselves."""
    return conversation.post_id is not None and reads_for(person, conversation.post_id, clock.now())


def is_orphaned(conversation: Conversation) -> bool:
    """Return whether the conversation belongs to an ended post for which nobody speaks."""
    post = conversation.post
    if post is None or post.is_in_force(clock.today(post.unit.agency.time_zone)):
        return False
    return not reading([post.id], clock.now())[post.id].speakers


def require_poster(
    person: Person, conversation: Conversation, rights: Rights, *, is_reply: bool
) -> None:
    """Check that the person, who has these rights, may write in the conversation.

    Raises:
        NotFound: they do not read the direct message or discussion.
        Forbidden: they are not a member, nobody answers for the ended post, it is closed, they
            are muted, or they may only reply. Whether they read a channel is not checked here.
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


def require_may_post(person: Person, conversation: Conversation) -> None:
    """Check that the person may add anything to the conversation now.

    Raises:
        Forbidden: it is closed, or a moderator muted them in its space (with the end of the mute).
    """
    _require_say(rights_of(person, conversation))


def _require_say(rights: Rights) -> None:
    if not rights.is_open:
        raise Forbidden(_l("This conversation is closed and can only be read."))
    if rights.muted_until:
        raise muted(rights.muted_until)


def space_id_of(conversation: Conversation) -> UUID | None:
    """Return the space of a channel, or of a discussion's subject; None if there is none."""
    if conversation.space_id:
        return conversation.space_id
    held = subject_of(conversation)
    return held.space_id if held else None


def _is_one_of(spaces: Select[UUID], person_id: Id, now: Instant) -> ColumnElement[bool]:
    """Return the condition for channels of the spaces, and direct messages of the person or posts.

    It is a union, since each part has an index: an "or" would scan all conversations.
    """
    each = aliased(Conversation)
    ways = union_all(
        select(each.id).where(each.space_id.in_(spaces)),
        select(Participant.conversation_id).where(
            Participant.person_id == person_id, Participant.takes_part()
        ),
        select(each.id).where(each.post_id.in_(posts_read_for(person_id, now))),
    )
    return Conversation.id.in_(ways)
