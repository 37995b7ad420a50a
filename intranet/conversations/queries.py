"""Which conversations a person has, where they are in each, and who reads one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import selectinload

from intranet.conversations.access import joined_conversations
from intranet.conversations.models import Conversation, Participant, Place
from intranet.extensions import db
from intranet.people.models import Person
from intranet.spaces.models import Space
from intranet.spaces.queries import current_members


@dataclass(frozen=True)
class Standing:
    """A conversation and where one person is in it."""

    conversation: Conversation
    read_seq: int
    unread_from: int | None
    is_muted: bool | None

    @property
    def unread(self) -> int:
        """How many messages wait, by the place or by the mark that the person set."""
        waiting = self.conversation.last_seq - self.read_seq
        if self.unread_from is not None:
            waiting = max(waiting, self.conversation.last_seq - self.unread_from + 1)
        return max(waiting, 0)


def standings(person: Person) -> list[Standing]:
    """Every conversation the person takes part in, the latest first."""
    rows = db.session.execute(_standings(person))
    return [_standing(conversation, place) for conversation, place in rows]


def standings_with_people(person: Person) -> list[Standing]:
    """The same, with the people of direct talks at hand."""
    with_people = selectinload(Conversation.participants)
    rows = db.session.execute(_standings(person).options(with_people))
    return [_standing(conversation, place) for conversation, place in rows]


def joined_ids(person: Person) -> Sequence[UUID]:
    """Ids of the conversations the person takes part in."""
    return db.session.scalars(select(Conversation.id).where(joined_conversations(person))).all()


def standing(person: Person, conversation: Conversation) -> Standing:
    """Where the person is in one conversation."""
    return _standing(conversation, db.session.get(Place, (person.id, conversation.id)))


def readers(conversation: Conversation) -> Select[UUID]:
    """Ids of the people who take part: members today, or who has not declined a talk. As SQL."""
    if conversation.space_id:
        return current_members(conversation.space_id)
    return select(Participant.person_id).where(
        Participant.conversation_id == conversation.id, Participant.declined_at.is_(None)
    )


def reader_ids(conversation: Conversation) -> frozenset[UUID]:
    """Ids of the people to whom what happens here is pushed: looked up now, never remembered."""
    return frozenset(db.session.scalars(readers(conversation)))


def readers_among(conversation: Conversation, person_ids: Collection[UUID]) -> set[UUID]:
    """Who of these people takes part."""
    some = select(Person.id).where(Person.id.in_(person_ids), Person.id.in_(readers(conversation)))
    return set(db.session.scalars(some))


def people_count(conversation: Conversation) -> int:
    """How many people take part."""
    counted = select(func.count()).select_from(readers(conversation).subquery())
    return db.session.scalar(counted) or 0


def participants(conversation: Conversation) -> Sequence[Person]:
    """Everybody a direct talk was begun with, in that order."""
    return db.session.scalars(
        select(Person)
        .join(Participant, Participant.person_id == Person.id)
        .where(Participant.conversation_id == conversation.id)
        .order_by(Participant.position)
    ).all()


def channels_of(space: Space) -> Sequence[Conversation]:
    """The channels of a space, its own first."""
    return db.session.scalars(
        select(Conversation)
        .where(Conversation.space_id == space.id)
        .order_by(Conversation.is_main.desc(), Conversation.created_at)
    ).all()


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


def _standings(person: Person) -> Select[Conversation, Place]:
    return (
        select(Conversation, Place)
        .outerjoin(Place, _place_of(person.id))
        .where(joined_conversations(person), Conversation.archived_at.is_(None))
        .order_by(Conversation.last_message_at.desc().nulls_last(), Conversation.id)
    )


def _place_of(person_id: UUID) -> ColumnElement[bool]:
    return and_(Place.conversation_id == Conversation.id, Place.person_id == person_id)


def _standing(conversation: Conversation, place: Place | None) -> Standing:
    if place is None:
        return Standing(conversation, 0, None, None)
    return Standing(conversation, place.read_seq, place.unread_from, place.is_muted)
