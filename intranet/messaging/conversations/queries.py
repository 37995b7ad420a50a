"""Which conversations a person has, where they are in each, and who reads one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, inspect, select, union
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from intranet.extensions import db
from intranet.messaging.conversations.access import is_joined, joined_conversations, rooms_read_by
from intranet.messaging.conversations.holders import discussion_readers
from intranet.messaging.conversations.models import (
    Conversation,
    ConversationKind,
    Participant,
    Place,
)
from intranet.messaging.spaces.models import Space, SpaceKind
from intranet.messaging.spaces.queries import current_members, member_count
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.onward import readers_of
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.database import ask
from intranet.platform.core.per_request import already, per_request
from intranet.platform.core.types import NOW, Id, given


@dataclass(frozen=True)
class Standing:
    """A conversation and where one person is in it."""

    conversation: Conversation
    read_seq: int
    unread_from: int | None
    is_muted: bool | None
    is_favourite: bool = False
    favourite_rank: int | None = None

    @property
    def unread(self) -> int:
        """How many messages wait, by the place or by the mark that the person set."""
        return _waiting(self.conversation.last_seq, self.read_seq, self.unread_from)

    @property
    def unit_id(self) -> UUID | None:
        """The unit whose room it is."""
        return self.conversation.space.unit_id if self.conversation.space else None


@per_request
def standings(person: Person) -> Sequence[Standing]:
    """Every conversation the person takes part in, the latest first."""
    rows = db.session.execute(_standings(person))
    return [_standing(*row) for row in rows]


class Counters(NamedTuple):
    """A conversation's counters, somebody's place in it, and the unit whose room it is."""

    id: UUID
    last_seq: int
    rev: int
    read_seq: int
    unread_from: int | None
    is_muted: bool | None
    unit_id: UUID | None

    @property
    def unread(self) -> int:
        """How many messages wait, as of a standing."""
        return _waiting(self.last_seq, self.read_seq, self.unread_from)


def _waiting(last_seq: int, read_seq: int, unread_from: int | None) -> int:
    waiting = last_seq - read_seq
    if unread_from is not None:
        waiting = max(waiting, last_seq - unread_from + 1)
    return max(waiting, 0)


def counters(person: Person) -> list[Counters]:
    """As `standings`, as mere figures: every page counts them, who comes back is told them."""
    if known := already(standings, person):
        return [_figures(row) for row in known]
    return [Counters._make(row) for row in ask(_counters(), person_id=person.id)]


def _figures(row: Standing) -> Counters:
    of = row.conversation
    return Counters(
        of.id, of.last_seq, of.rev, row.read_seq, row.unread_from, row.is_muted, row.unit_id
    )


@cache
def _counters() -> Select[Any, *tuple[Any, ...]]:
    person_id = given("person_id")
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
def standings_with_people(person: Person) -> Sequence[Standing]:
    """The same, with the people of direct talks and the posts of others at hand."""
    found = standings(person)
    rows = [row.conversation for row in found]
    talks = [row.id for row in rows if row.space_id is None]
    people: dict[UUID, list[Participant]] = {row.id: [] for row in rows}
    for some in in_parts(talks):
        taking_part = select(Participant).where(Participant.conversation_id.in_(some))
        for each in db.session.scalars(taking_part.order_by(Participant.position)):
            people[each.conversation_id].append(each)
    posts: dict[UUID, Post] = {}
    for some in in_parts([row.post_id for row in rows if row.post_id]):
        posts |= {
            each.id: each for each in db.session.scalars(select(Post).where(Post.id.in_(some)))
        }
    for row in rows:
        set_committed_value(row, "participants", people[row.id])
        set_committed_value(row, "post", posts[row.post_id] if row.post_id else None)
    return found


def joined_ids(person: Person) -> Sequence[UUID]:
    """Ids of the conversations the person takes part in."""
    return db.session.scalars(select(Conversation.id).where(joined_conversations(person))).all()


def watched_versions(person: Person) -> Sequence[tuple[UUID, int]]:
    """The same, each with the version of its membership; without those that list nobody.

    What is told there of a person would tell that they are in.
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
def standing(person: Person, conversation: Conversation) -> Standing:
    """Where the person is in one conversation."""
    place = db.session.get(Place, (person.id, conversation.id))
    return _standing(conversation, place, 0 if place else read_for_post(conversation))


def read_for_post(conversation: Conversation) -> int:
    """How far those who speak, or spoke, for the post have read its talk: a successor's begin.

    What none of them has read waits for who comes.
    """
    if conversation.post_id is None:
        return 0
    asked = select(_read_for_post()).where(Conversation.id == conversation.id)
    return db.session.scalar(asked) or 0


def participant_ids(conversation: Conversation) -> set[UUID]:
    """Ids of those who take part in a talk for themselves and have not declined it."""
    rows = select(Participant.person_id).where(
        Participant.conversation_id == conversation.id, Participant.declined_at.is_(None)
    )
    return set(db.session.scalars(rows))


def readers(conversation: Conversation) -> Select[UUID]:
    """Ids of the people who take part: members today, or who has not declined a talk. As SQL.

    In a post's talk it is who speaks for the post now as well.
    """
    if conversation.space_id:
        return current_members(conversation.space_id)
    talking = select(Participant.person_id.label("person_id")).where(
        Participant.conversation_id == conversation.id, Participant.declined_at.is_(None)
    )
    if conversation.post_id is None:
        return talking
    speaking = readers_of(conversation.post_id, clock.now()).subquery()
    everybody = union(talking, select(speaking.c.person_id)).subquery()
    return select(everybody.c.person_id)


def reader_ids(conversation: Conversation) -> frozenset[UUID]:
    """Ids of the people to whom what happens here is pushed: looked up now, never remembered."""
    return frozenset(db.session.scalars(readers(conversation)))


def readers_among(conversation: Conversation, person_ids: Collection[UUID]) -> set[UUID]:
    """Who of these people takes part; in a discussion, who may read it."""
    if not person_ids:
        return set()
    if conversation.kind == ConversationKind.DISCUSSION:
        return discussion_readers(conversation, person_ids)
    some = select(Person.id).where(Person.id.in_(person_ids), Person.id.in_(readers(conversation)))
    return set(db.session.scalars(some))


def people_count(conversation: Conversation) -> int:
    """How many people take part."""
    if conversation.space_id:
        return member_count(conversation.space_id)
    counted = select(func.count()).select_from(readers(conversation).subquery())
    return db.session.scalar(counted) or 0


def participants(conversation: Conversation) -> Sequence[Person]:
    """Everybody a talk was begun with, in that order; a post's people are not among them."""
    return db.session.scalars(
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.conversation_id == conversation.id)
        .order_by(Participant.position)
    ).all()


def with_participants(conversation: Conversation) -> Conversation:
    """The conversation with the people of a talk at hand, asked for only where they are not."""
    if "participants" in inspect(conversation).unloaded:
        db.session.refresh(conversation, ["participants"])
    return conversation


def channels_of(space: Space) -> Sequence[Conversation]:
    """The channels of a space, its own first."""
    return db.session.scalars(
        select(Conversation)
        .where(Conversation.space_id == space.id)
        .order_by(Conversation.is_main.desc(), Conversation.created_at)
    ).all()


def main_channel_id(viewer: Person, unit: Unit) -> UUID | None:
    """The channel of a unit, or of the agency for its root, if the viewer may read it."""
    space = select(Space.id).where(
        Space.agency_id == unit.agency_id,
        Space.unit_id == unit.id if unit.parent_id else Space.kind == SpaceKind.AGENCY,
    )
    return db.session.scalar(
        select(Conversation.id).where(
            Conversation.space_id.in_(space), Conversation.is_main, rooms_read_by(viewer)
        )
    )


def channel_ids_of(space_ids: Collection[UUID]) -> Sequence[UUID]:
    """Ids of the channels of these spaces."""
    return db.session.scalars(
        select(Conversation.id).where(Conversation.space_id.in_(space_ids))
    ).all()


def talks_begun_since(person: Person, instant: datetime) -> int:
    """How many direct talks the person began since an instant."""
    count = select(func.count(Conversation.id)).where(
        Conversation.created_by_id == person.id,
        Conversation.people_key.is_not(None),
        Conversation.created_at >= instant,
    )
    return db.session.scalar(count) or 0


def favourite_places(person: Person) -> Sequence[Place]:
    """The person's places in their favourites as they put them, locked against other changes."""
    return db.session.scalars(
        select(Place)
        .where(Place.person_id == person.id, Place.is_favourite)
        .order_by(Place.favourite_rank.nulls_last(), Place.conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def post_talks(post_ids: Collection[UUID] | Select[UUID]) -> Sequence[Conversation]:
    """The talks of these posts."""
    return db.session.scalars(
        select(Conversation).where(Conversation.post_id.in_(post_ids)).order_by(Conversation.id)
    ).all()


def _standings(person: Person) -> Select[Conversation, Place, int]:
    return (
        select(Conversation, Place, _read_for_post())
        .outerjoin(Place, _place_of(person.id))
        .where(joined_conversations(person), Conversation.archived_at.is_(None))
        .order_by(Conversation.last_message_at.desc().nulls_last(), Conversation.id)
    )


def _place_of(person_id: Id) -> ColumnElement[bool]:
    return and_(Place.conversation_id == Conversation.id, Place.person_id == person_id)


@cache
def _read_for_post() -> ColumnElement[int]:
    """How far a post has read its talk, as SQL; built once, for it is asked with every list."""
    read = aliased(Place)
    outside = (
        select(Participant.person_id)
        .where(Participant.conversation_id == Conversation.id)
        .correlate(Conversation)  # two selects further out, where it would not be looked for
    )
    furthest = select(func.max(read.read_seq)).where(
        read.conversation_id == Conversation.id, read.person_id.not_in(outside)
    )
    by_post = func.coalesce(furthest.scalar_subquery(), 0)
    return case((Conversation.post_id.is_not(None), by_post), else_=0)


def _standing(conversation: Conversation, place: Place | None, begin: int) -> Standing:
    """Where the place says, or where somebody who has none begins."""
    if place is None:
        return Standing(conversation, begin, None, None)
    return Standing(
        conversation,
        place.read_seq,
        place.unread_from,
        place.is_muted,
        place.is_favourite,
        place.favourite_rank,
    )
