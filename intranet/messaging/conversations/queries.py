"""Queries on conversations: a person's own, their read positions, and readers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select, union
from sqlalchemy.orm import aliased, defaultload
from sqlalchemy.orm.attributes import set_committed_value

from intranet.extensions import db
from intranet.messaging.conversations.access import is_joined, is_read_by, joined_conversations
from intranet.messaging.conversations.discussions import discussion_readers
from intranet.messaging.conversations.models import (
    Conversation,
    ConversationKind,
    Participant,
    Place,
)
from intranet.messaging.conversations.participants import participants_of
from intranet.messaging.spaces.member_counts import count_members
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import in_parts
from intranet.organisation.people.vacancy_readers import readers_of
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import already, per_request
from intranet.platform.core.types import NOW, Id, id_parameter


@dataclass(frozen=True)
class ConversationStanding:
    """A conversation, and a person's read position in it."""

    conversation: Conversation
    read_seq: int
    unread_from: int | None
    is_muted: bool | None
    is_favourite: bool = False
    favourite_rank: int | None = None

    @property
    def unread(self) -> int:
        """How many messages are unread, by the read position or by the person's own mark."""
        return _waiting(self.conversation.last_seq, self.read_seq, self.unread_from)

    @property
    def unit_id(self) -> UUID | None:
        """The unit to which the channel belongs; None for any other conversation."""
        return self.conversation.space.unit_id if self.conversation.space else None


@per_request
def standings(person: Person) -> Sequence[ConversationStanding]:
    """Return the conversations that the person takes part in, the latest first."""
    rows = db.session.execute(_standings(), {"person_id": person.id})
    return [_standing(*row) for row in rows]


class Counters(NamedTuple):
    """The counters of a conversation, a person's read position, and the channel's unit."""

    id: UUID
    last_seq: int
    rev: int
    read_seq: int
    unread_from: int | None
    is_muted: bool | None
    unit_id: UUID | None

    @property
    def unread(self) -> int:
        """How many messages are unread."""
        return _waiting(self.last_seq, self.read_seq, self.unread_from)


def _waiting(last_seq: int, read_seq: int, unread_from: int | None) -> int:
    waiting = last_seq - read_seq
    if unread_from is not None:
        waiting = max(waiting, last_seq - unread_from + 1)
    return max(waiting, 0)


def counters(person: Person) -> list[Counters]:
    """Return only the counters of `standings`, for every page and each reconnecting client."""
    if known := already(standings, person):
        return [_figures(row) for row in known]
    return [Counters._make(row) for row in execute_prepared(_counters(), person_id=person.id)]


def _figures(row: ConversationStanding) -> Counters:
    of = row.conversation
    return Counters(
        of.id, of.last_seq, of.rev, row.read_seq, row.unread_from, row.is_muted, row.unit_id
    )


@cache
def _counters() -> Select[Any, *tuple[Any, ...]]:
    person_id = id_parameter("person_id")
    return (
        select(
            Conversation.id,
            Conversation.last_seq,
            Conversation.rev,
            func.coalesce(Place.read_seq, _read_for_post()),
            Place.unread_from,
            Place.is_muted,
            Space.unit_id,
        )
        .outerjoin(Place, _place_of(person_id))
        .outerjoin(Space, Space.id == Conversation.space_id)
        .where(is_joined(person_id, NOW), Conversation.archived_at.is_(None))
        .order_by(Conversation.last_message_at.desc().nulls_last(), Conversation.id)
    )


@per_request
def standings_with_people(person: Person) -> Sequence[ConversationStanding]:
    """Return `standings`, with participants and posts of direct messages loaded."""
    found = standings(person)
    rows = [row.conversation for row in found]
    talks = [row.id for row in rows if row.space_id is None]
    people = participants_of(talks)
    posts: dict[UUID, Post] = {}
    for some in in_parts([row.post_id for row in rows if row.post_id]):
        posts |= {
            each.id: each for each in db.session.scalars(select(Post).where(Post.id.in_(some)))
        }
    for row in rows:
        set_committed_value(row, "participants", people.get(row.id, []))
        set_committed_value(row, "post", posts[row.post_id] if row.post_id else None)
    return found


def joined_ids(person: Person) -> Sequence[UUID]:
    """Return the ids of the conversations that the person takes part in."""
    return db.session.scalars(select(Conversation.id).where(joined_conversations(person))).all()


def watched_versions(person: Person) -> Sequence[tuple[UUID, int]]:
    """Return `joined_ids` with membership versions, except conversations that list nobody.

    Anything told there about a person would reveal that they are members.
    """
    hides = select(Conversation.id).join(Space, Space.id == Conversation.space_id)
    version = func.coalesce(Space.members_version, 0)
    asked = (
        select(Conversation.id, version)
        .outerjoin(Space, Space.id == Conversation.space_id)
        .where(
            joined_conversations(person),
            Conversation.id.not_in(hides.where(Space.hides_people.is_(True))),
        )
    )
    return [(conversation_id, number) for conversation_id, number in db.session.execute(asked)]


@per_request
def read_position(person: Person, conversation: Conversation) -> ConversationStanding:
    """Return the person's read position in one conversation."""
    place = db.session.get(Place, (person.id, conversation.id))
    return _standing(conversation, place, 0 if place else read_for_post(conversation))


def read_for_post(conversation: Conversation) -> int:
    """Return how far the speakers of a post have read; a successor's position begins there.

    What none of them has read is unread for the successor.
    """
    if conversation.post_id is None:
        return 0
    asked = select(_read_for_post()).where(Conversation.id == conversation.id)
    return db.session.scalar(asked) or 0


def participant_ids(conversation: Conversation) -> set[UUID]:
    """Return the ids of those who take part for themselves and have not declined."""
    rows = select(Participant.person_id).where(
        Participant.conversation_id == conversation.id, Participant.takes_part()
    )
    return set(db.session.scalars(rows))


def readers(conversation: Conversation) -> Select[UUID]:
    """Select the ids of participants: members today, or people who have not declined.

    In a post's conversation this includes those who speak for the post now.
    """
    if conversation.space_id:
        return current_members(conversation.space_id)
    talking = select(Participant.person_id.label("person_id")).where(
        Participant.conversation_id == conversation.id, Participant.takes_part()
    )
    if conversation.post_id is None:
        return talking
    speaking = readers_of(conversation.post_id, clock.now()).subquery()
    everybody = union(talking, select(speaking.c.person_id)).subquery()
    return select(everybody.c.person_id)


def reader_ids(conversation: Conversation) -> frozenset[UUID]:
    """Return the ids of the people to push to; looked up now, never remembered."""
    return frozenset(db.session.scalars(readers(conversation)))


def readers_among(conversation: Conversation, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people take part or, in a discussion, may read it."""
    if not person_ids:
        return set()
    if conversation.kind == ConversationKind.DISCUSSION:
        return discussion_readers(conversation, person_ids)
    some = select(Person.id).where(Person.id.in_(person_ids), Person.id.in_(readers(conversation)))
    return set(db.session.scalars(some))


def people_count(conversation: Conversation) -> int:
    """Count the participants."""
    if conversation.space:
        return count_members(conversation.space)
    counted = select(func.count()).select_from(readers(conversation).subquery())
    return db.session.scalar(counted) or 0


def participants(conversation: Conversation) -> Sequence[Person]:
    """Return the people a direct message was begun with, in order, without a post's speakers."""
    return db.session.scalars(
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.conversation_id == conversation.id)
        .order_by(Participant.position)
    ).all()


def channels_of(space: Space) -> Sequence[Conversation]:
    """Return the channels of a space, the main one first."""
    return db.session.scalars(
        select(Conversation)
        .where(Conversation.space_id == space.id)
        .order_by(Conversation.is_main.desc(), Conversation.created_at)
    ).all()


def main_channel_id(viewer: Person, unit: Unit) -> UUID | None:
    """Return the main channel of a unit or, for the root, of its agency, if the viewer reads it."""
    space = select(Space.id).where(
        Space.agency_id == unit.agency_id,
        Space.unit_id == unit.id if unit.parent_id else Space.kind == SpaceKind.AGENCY,
    )
    return db.session.scalar(
        select(Conversation.id).where(
            Conversation.space_id.in_(space), Conversation.is_main, is_read_by(viewer)
        )
    )


def channel_ids_of(space_ids: Collection[UUID]) -> Sequence[UUID]:
    """Return the ids of the channels of these spaces."""
    return db.session.scalars(
        select(Conversation.id).where(Conversation.space_id.in_(space_ids))
    ).all()


def direct_messages_begun_since(person: Person, instant: datetime) -> int:
    """Count the direct messages that the person began since an instant."""
    count = select(func.count(Conversation.id)).where(
        Conversation.created_by_id == person.id,
        Conversation.people_key.is_not(None),
        Conversation.created_at >= instant,
    )
    return db.session.scalar(count) or 0


def locked_favourites(person: Person) -> Sequence[Place]:
    """Return the person's favourites in their order, locked against other changes."""
    return db.session.scalars(
        select(Place)
        .where(Place.person_id == person.id, Place.is_favourite)
        .order_by(Place.favourite_rank.nulls_last(), Place.conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def post_conversations(post_ids: Collection[UUID] | Select[UUID]) -> Sequence[Conversation]:
    """Return the conversations of these posts."""
    return db.session.scalars(
        select(Conversation).where(Conversation.post_id.in_(post_ids)).order_by(Conversation.id)
    ).all()


@cache
def _standings() -> Select[Conversation, Place, int]:
    """Return the statement of `standings`, built once.

    The agency comes with the space: that of its unit is the same one.
    """
    person_id = id_parameter("person_id")
    unit = defaultload(Conversation.space).defaultload(Space.unit)
    return (
        select(Conversation, Place, _read_for_post())
        .options(unit.lazyload(Unit.agency), defaultload(Conversation.space).defer(Space.audience))
        .outerjoin(Place, _place_of(person_id))
        .where(is_joined(person_id, NOW), Conversation.archived_at.is_(None))
        .order_by(Conversation.last_message_at.desc().nulls_last(), Conversation.id)
    )


def _place_of(person_id: Id) -> ColumnElement[bool]:
    return and_(Place.conversation_id == Conversation.id, Place.person_id == person_id)


@cache
def _read_for_post() -> ColumnElement[int]:
    """Return an expression for how far a post has read; built once, as every list uses it."""
    read = aliased(Place)
    outside = (
        select(Participant.person_id)
        .where(Participant.conversation_id == Conversation.id)
        .correlate(Conversation)  # two selects further out: not correlated by default
    )
    furthest = select(func.max(read.read_seq)).where(
        read.conversation_id == Conversation.id, read.person_id.not_in(outside)
    )
    by_post = func.coalesce(furthest.scalar_subquery(), 0)
    return case((Conversation.post_id.is_not(None), by_post), else_=0)


def _standing(conversation: Conversation, place: Place | None, begin: int) -> ConversationStanding:
    """Return the conversation with the read position; `begin` for a person without one."""
    if place is None:
        return ConversationStanding(conversation, begin, None, None)
    return ConversationStanding(
        conversation,
        place.read_seq,
        place.unread_from,
        place.is_muted,
        place.is_favourite,
        place.favourite_rank,
    )
