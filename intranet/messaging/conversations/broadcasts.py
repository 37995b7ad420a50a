"""Push changes of conversations to open screens."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from intranet.delivery.realtime import (
    FoundReaders,
    Readers,
    cached_per_push,
    finds_guests,
    finds_readers,
    push,
    push_to,
    push_to_watchers,
)
from intranet.extensions import db
from intranet.messaging.conversations import queries
from intranet.messaging.conversations.access import is_read_by
from intranet.messaging.conversations.discussions import discussion_readers
from intranet.messaging.conversations.events import (
    ConversationOpened,
    OwnListsChanged,
    PlaceMoved,
    SpeakersChanged,
    TalkDeclined,
    TalkTakenUp,
)
from intranet.messaging.conversations.models import (
    Conversation,
    ConversationKind,
    Participant,
    Place,
)
from intranet.messaging.spaces.events import MembersChanged
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import next_change
from intranet.organisation.accounts.events import EarlierTalksClosed, EarlierTalksOpened
from intranet.organisation.accounts.queries import signed_in_among
from intranet.organisation.people.events import ProfileChanged, StatusChanged
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.presence import availabilities
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.load_shedding import Extra, load
from intranet.platform.core.types import id_parameter

AVAILABILITY = Extra("availability", level=2)


@finds_readers
def find_readers(conversation_id: UUID) -> FoundReaders:
    """Return the participants of a conversation, and when that next changes by date."""
    conversation = db.session.get(Conversation, conversation_id)
    if conversation is None:
        return FoundReaders(frozenset())
    until = None
    if conversation.space_id:
        until = next_change(conversation.space_id, clock.now())
    return FoundReaders(queries.reader_ids(conversation), until)


@finds_guests
def find_guests(conversation_id: UUID, person_ids: Collection[UUID]) -> Collection[UUID]:
    """Return which of these non-participants may read the conversation now."""
    conversation = db.session.get(Conversation, conversation_id)
    if conversation and conversation.kind == ConversationKind.DISCUSSION:
        return discussion_readers(conversation, person_ids)
    people = db.session.scalars(select(Person).where(Person.id.in_(person_ids))).all()
    wanted = select(Conversation.id).where(Conversation.id == conversation_id)
    return [
        person.id
        for person in people
        if db.session.scalar(wanted.where(is_read_by(person))) is not None
    ]


def readers_of(conversation: Conversation) -> Readers:
    """Return the audience of pushes about this conversation: a key and a version.

    The readers are looked up once for each version.
    """
    version = conversation.space.members_version if conversation.space else 0
    return Readers(conversation.id, version)


def push_to_readers(
    conversation_id: UUID, event: str, payload: dict[str, Any], *, is_of_now: bool = False
) -> None:
    """Push the same event to everyone who can read the conversation now.

    Args:
        is_of_now: the payload was read after the commit, perhaps after a person had to leave. The
            readers are then looked up after the payload, and not once for several commits.
    """

    def version() -> int:
        return execute_prepared(_version(), conversation_id=conversation_id).scalar() or 0

    found = version() if is_of_now else cached_per_push(conversation_id, version)
    push(Readers(conversation_id, found), event, payload)


@cache
def _version() -> Select[int]:
    """Select the membership version for `readers_of`; built once, since every message needs it."""
    return (
        select(Space.members_version)
        .join(Conversation, Conversation.space_id == Space.id)
        .where(Conversation.id == id_parameter("conversation_id"))
    )


def push_opened(event: ConversationOpened) -> None:
    """Push a new channel or direct message to its people."""
    conversation = db.session.get(Conversation, event.conversation_id)
    if conversation is None:
        return
    people = queries.reader_ids(conversation)
    if people:
        push_to(people, "conversation:joined", _named(conversation.id))


def push_members(event: MembersChanged) -> None:
    """Push channels to those who joined, and remove them for those who left.

    Only signed-in people get a push, because an import may move thousands.
    """
    people = {person for change in event.changes for person in (*change.joined, *change.left)}
    signed_in = set(db.session.scalars(signed_in_among(people)))
    for change in event.changes:
        joined, left = signed_in.intersection(change.joined), signed_in.intersection(change.left)
        for channel_id in queries.channel_ids_of([change.space_id]) if joined or left else ():
            if joined:
                push_to(joined, "conversation:joined", _named(channel_id))
            if left:
                push_to(left, "conversation:left", _named(channel_id))


def push_speakers(event: SpeakersChanged) -> None:
    """Push a post's conversations to new speakers, and remove them for former ones.

    A former speaker who also wrote to the post keeps that conversation.
    """
    for talk in queries.post_conversations([event.post_id]):
        own = queries.participant_ids(talk)
        joined, left = (set(people) - own for people in (event.joined, event.left))
        if joined:
            push_to(joined, "conversation:joined", _named(talk.id))
        if left:
            push_to(left, "conversation:left", _named(talk.id))


def push_declined(event: TalkDeclined) -> None:
    """Remove the direct message from the person's own screens; the others are not told."""
    talk = db.session.get(Conversation, event.conversation_id)
    if talk and event.person_id in queries.reader_ids(talk):
        return  # they still read it as a speaker of the post
    push_to([event.person_id], "conversation:left", _named(event.conversation_id))


def push_resumed(event: TalkTakenUp) -> None:
    """Push the direct message to the person's own screens again; the others never lost it."""
    push_to([event.person_id], "conversation:joined", _named(event.conversation_id))


def push_earlier_talks(event: EarlierTalksClosed | EarlierTalksOpened) -> None:
    """Remove a person's direct messages from their open screens, or show them again."""
    is_open = isinstance(event, EarlierTalksOpened)
    mine = select(Participant.conversation_id).where(Participant.person_id == event.person_id)
    for talk in db.session.scalars(select(Conversation).where(Conversation.id.in_(mine))).all():
        if (event.person_id in queries.reader_ids(talk)) == is_open:
            name = "conversation:joined" if is_open else "conversation:left"
            push_to([event.person_id], name, _named(talk.id))


def push_read_position(event: PlaceMoved) -> None:
    """Push the new read position to the person's other devices."""
    place = db.session.get(Place, (event.person_id, event.conversation_id))
    if place is None:
        return
    payload = {
        **_named(event.conversation_id),
        "read_seq": place.read_seq,
        "unread_from": place.unread_from,
        "muted": place.is_muted,
    }
    push_to([event.person_id], "read:marked", payload)


def push_own_lists(event: OwnListsChanged) -> None:
    """Make the person's other devices reload their own lists."""
    push_to(event.person_ids, "own:changed", {})


def push_availability(event: ProfileChanged) -> None:
    """Push a person's availability to those who have a conversation with them open.

    It depends on hours, absences and choice alone, never on activity.
    """
    person = db.session.get(Person, event.person_id)
    if person is None or load.leaves_out(AVAILABILITY):
        return
    shown = availabilities([person], clock.now()).get(person.id)
    payload = {"person_id": str(person.id), "state": shown.state.value if shown else None}
    _tell_watchers(person, "availability", payload)


def push_status(event: StatusChanged) -> None:
    """Push a person's new status; each screen removes it by itself when it expires."""
    person = db.session.get(Person, event.person_id)
    if person is None:
        return
    status = person.status
    payload = {
        "person_id": str(person.id),
        "status": {
            "emoji": status.emoji,
            "text": status.text,
            "until": status.until.isoformat(),
        }
        if status
        else None,
    }
    _tell_watchers(person, "status:changed", payload)


def _tell_watchers(person: Person, event: str, payload: dict[str, Any]) -> None:
    """Push to those who have a conversation of the person open and may still read it."""
    for conversation_id, version in queries.watched_versions(person):
        among = Readers(conversation_id, version)
        push_to_watchers(conversation_id, event, payload, among=among)


def _named(conversation_id: UUID) -> dict[str, Any]:
    return {"conversation_id": str(conversation_id)}
