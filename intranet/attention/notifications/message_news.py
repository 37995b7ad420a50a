"""Notifications of a message, and their recipients."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from sqlalchemy import select, true

from intranet.attention.notifications.choices import notify_choices_in
from intranet.attention.notifications.models import Kind, Telling
from intranet.attention.notifications.news import thing_of
from intranet.attention.notifications.notifying import BATCH_SIZE, News
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.models import (
    Conversation,
    ConversationKind,
    Participant,
    Place,
)
from intranet.messaging.conversations.queries import readers_among
from intranet.messaging.messages.models import Following, Mention, Message, ThreadPlace
from intranet.messaging.messages.threads import muted_by
from intranet.organisation.people.models import Person
from intranet.organisation.people.vacancy_readers import readers_of
from intranet.platform.core import clock
from intranet.publishing.publications.models import Publication

READING_GRACE = timedelta(seconds=30)
"""Gives people who are online time to read a message before mail or push is sent."""


def thing_of_thread(parent_id: UUID) -> str:
    """Return the key by which replies in a thread are grouped."""
    return f"t{parent_id.hex}"


def of_message(message: Message) -> list[tuple[News, list[UUID]]]:
    """Return the news of a message: for mentions, participants and those who want all."""
    conversation = db.session.get_one(Conversation, message.conversation_id)
    tellings = notify_choices_in(conversation.id)
    silent = {person_id for person_id, telling in tellings.items() if telling == Telling.NONE}
    if message.parent_id:
        silent |= muted_by(message.parent_id)
    called = set(
        db.session.scalars(select(Mention.person_id).where(Mention.message_id == message.id))
    )
    thing = _thing_in(conversation)
    told: list[tuple[News, list[UUID]]] = []
    if called := called - {message.author_id} - silent:
        told.append((_news(Kind.MENTION, f"mention:{message.id}", message, thing), sorted(called)))
    talking = _talking(conversation) - called - silent
    for seq, people in _by_place(conversation, talking, message).items():
        key = f"talk:{conversation.id}:{seq}"
        told.append((_news(Kind.TALK, key, message, thing), people))
    listening = {
        person.id
        for person in _listening(tellings)
        if person.id not in called | talking and readable_among(person, [conversation.id])
    }
    for seq, people in _by_place(conversation, listening, message).items():
        key = f"channel:{conversation.id}:{seq}"
        told.append((_news(Kind.CHANNEL, key, message, thing), people))
    if message.parent_id:
        told += _of_reply(
            conversation, message, message.parent_id, called | talking | listening | silent
        )
    return told


def _of_reply(
    conversation: Conversation, reply: Message, parent_id: UUID, others: set[UUID]
) -> list[tuple[News, list[UUID]]]:
    """Return the news of a reply, for followers of its thread not notified otherwise.

    A person is notified once for each read position in the thread, as in a conversation.
    """
    rows = db.session.execute(
        select(ThreadPlace.person_id, ThreadPlace.read_seq)
        .outerjoin(
            Place,
            (Place.conversation_id == ThreadPlace.conversation_id)
            & (Place.person_id == ThreadPlace.person_id),
        )
        .where(
            ThreadPlace.parent_id == parent_id,
            ThreadPlace.state == Following.FOLLOWED,
            ThreadPlace.person_id != reply.author_id,
            ThreadPlace.read_seq < reply.seq,
            Place.is_muted.is_not(true()),
        )
        .order_by(ThreadPlace.read_seq, ThreadPlace.person_id)
    )
    places = {row.person_id: row.read_seq for row in rows if row.person_id not in others}
    readers = readers_among(conversation, places)
    told = []
    for seq, some in groupby(filter(readers.__contains__, places), key=places.__getitem__):
        news = _news(
            Kind.THREAD, f"thread:{parent_id.hex}:{seq}", reply, thing_of_thread(parent_id)
        )
        people = list(some)
        told += [
            (news, people[start : start + BATCH_SIZE])
            for start in range(0, len(people), BATCH_SIZE)
        ]
    return told


def _thing_in(conversation: Conversation) -> str:
    """Return the key to group a message by: its conversation, or the publication discussed."""
    if conversation.kind == ConversationKind.DISCUSSION:
        discussed = select(Publication).where(Publication.conversation_id == conversation.id)
        if publication := db.session.scalar(discussed):
            return thing_of(publication)
    return f"c{conversation.id.hex}"


def _news(kind: Kind, key: str, message: Message, thing: str) -> News:
    return News(
        kind=kind,
        key=key,
        why=kind.value,
        conversation_id=message.conversation_id,
        message_id=message.id,
        actor_id=message.author_id,
        acted_at=message.created_at,
        thing=thing,
        is_message=True,
        is_repeated=kind != Kind.MENTION,
        waits=READING_GRACE,
    )


def _listening(tellings: Mapping[UUID, Telling]) -> Sequence[Person]:
    ids = [person_id for person_id, telling in tellings.items() if telling == Telling.ALL]
    if not ids:
        return ()
    return db.session.scalars(select(Person).where(Person.id.in_(ids)).limit(BATCH_SIZE)).all()


def _talking(conversation: Conversation) -> set[UUID]:
    """Return the people of a direct message, and those who act for its post."""
    if conversation.kind not in {ConversationKind.DIRECT, ConversationKind.POST}:
        return set()
    people = set(
        db.session.scalars(
            select(Participant.person_id).where(
                Participant.conversation_id == conversation.id,
                Participant.takes_part(),
            )
        )
    )
    if conversation.post_id:
        people |= set(db.session.scalars(readers_of(conversation.post_id, clock.now())))
    return people


def _by_place(
    conversation: Conversation, people: set[UUID], message: Message
) -> dict[int, list[UUID]]:
    """Return people who have not read the message nor muted it, by their read position.

    A person is notified once for each read position: again only after reading on.
    """
    places = {
        row.person_id: row
        for row in db.session.scalars(
            select(Place).where(
                Place.conversation_id == conversation.id, Place.person_id.in_(people)
            )
        )
    }
    found: dict[int, list[UUID]] = {}
    for person_id in sorted(people - {message.author_id}):
        place = places.get(person_id)
        read = place.read_seq if place else 0
        if read < message.seq and not (place and place.is_muted):
            found.setdefault(read, []).append(person_id)
    return found
