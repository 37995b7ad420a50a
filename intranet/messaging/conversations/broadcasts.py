"""What people's open screens are told of conversations."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from intranet.delivery.realtime import (
    Found,
    Readers,
    finds_guests,
    finds_readers,
    once_together,
    push,
    push_to,
    push_to_watchers,
)
from intranet.extensions import db
from intranet.messaging.conversations import queries
from intranet.messaging.conversations.access import rooms_read_by
from intranet.messaging.conversations.events import (
    ConversationOpened,
    OwnListsChanged,
    PlaceMoved,
    SpeakersChanged,
    TalkDeclined,
    TalkTakenUp,
)
from intranet.messaging.conversations.holders import discussion_readers
from intranet.messaging.conversations.models import Conversation, ConversationKind, Place
from intranet.messaging.spaces.events import ManyMembersChanged, MembersChanged
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import next_change
from intranet.organisation.accounts.queries import signed_in_among
from intranet.organisation.people.events import ProfileChanged, StatusChanged
from intranet.organisation.people.models import Person
from intranet.organisation.worktime.presence import availabilities
from intranet.platform.core import clock
from intranet.platform.core.database import ask
from intranet.platform.core.load import Extra, load
from intranet.platform.core.types import given


@finds_readers
def find_readers(conversation_id: UUID) -> Found:
    """Who takes part in a conversation now, and when that next changes by itself."""
    conversation = db.session.get(Conversation, conversation_id)
    if conversation is None:
        return Found(frozenset())
    until = None
    if conversation.space_id:
        until = next_change(conversation.space_id, clock.now())
    return Found(queries.reader_ids(conversation), until)


@finds_guests
def find_guests(conversation_id: UUID, person_ids: Collection[UUID]) -> Collection[UUID]:
    """Who of these people, that take no part in it, may read it now."""
    conversation = db.session.get(Conversation, conversation_id)
    if conversation and conversation.kind == ConversationKind.DISCUSSION:
        return discussion_readers(conversation, person_ids)
    people = db.session.scalars(select(Person).where(Person.id.in_(person_ids))).all()
    wanted = select(Conversation.id).where(Conversation.id == conversation_id)
    return [
        person.id
        for person in people
        if db.session.scalar(wanted.where(rooms_read_by(person))) is not None
    ]


def readers_of(conversation: Conversation) -> Readers:
    """To whom a push about this conversation goes: by key and version, looked up once for each."""
    version = conversation.space.members_version if conversation.space else 0
    return Readers(conversation.id, version)


def push_to_readers(
    conversation_id: UUID, event: str, payload: dict[str, Any], *, is_of_now: bool = False
) -> None:
    """Tell everybody who reads the conversation now the same.

    Args:
        is_of_now: what is told was read after the commit, perhaps after somebody had to leave:
            who reads here is asked after it, and not only once for several commits.
    """

    def version() -> int:
        return ask(_version(), conversation_id=conversation_id).scalar() or 0

    found = version() if is_of_now else once_together(conversation_id, version)
    push(Readers(conversation_id, found), event, payload)


@cache
def _version() -> Select[int]:
    """The same as `readers_of` asks, built once: each message waits for it."""
    return (
        select(Space.members_version)
        .join(Conversation, Conversation.space_id == Space.id)
        .where(Conversation.id == given("conversation_id"))
    )


def tell_opened(event: ConversationOpened) -> None:
    """A new channel or talk appears at its people."""
    conversation = db.session.get(Conversation, event.conversation_id)
    if conversation is None:
        return
    people = queries.reader_ids(conversation)
    if people:
        push_to(people, "conversation:joined", _named(conversation.id))


def tell_members(event: MembersChanged) -> None:
    """Rooms appear at those who joined and go from those who left, within the second."""
    for channel_id in queries.channel_ids_of([event.space_id]):
        if event.joined:
            push_to(event.joined, "conversation:joined", _named(channel_id))
        if event.left:
            push_to(event.left, "conversation:left", _named(channel_id))


def tell_speakers(event: SpeakersChanged) -> None:
    """The talks of a post appear at those who speak for it and go from those who did.

    Who wrote to it for themselves has that talk all the same.
    """
    for talk in queries.post_talks([event.post_id]):
        own = queries.participant_ids(talk)
        joined, left = (set(people) - own for people in (event.joined, event.left))
        if joined:
            push_to(joined, "conversation:joined", _named(talk.id))
        if left:
            push_to(left, "conversation:left", _named(talk.id))


def tell_many_members(event: ManyMembersChanged) -> None:
    """The same for many spaces at once; only to those who are signed in somewhere."""
    people = {person for change in event.changes for person in (*change.joined, *change.left)}
    signed_in = set(db.session.scalars(signed_in_among(people)))
    if not signed_in:
        return
    for change in event.changes:
        joined = tuple(signed_in.intersection(change.joined))
        left = tuple(signed_in.intersection(change.left))
        if joined or left:
            tell_members(MembersChanged(change.space_id, joined, left))


def tell_declined(event: TalkDeclined) -> None:
    """The talk goes from the person's own screens; the others are not told."""
    talk = db.session.get(Conversation, event.conversation_id)
    if talk and event.person_id in queries.reader_ids(talk):
        return  # they speak for the post whose talk it is
    push_to([event.person_id], "conversation:left", _named(event.conversation_id))


def tell_taken_up(event: TalkTakenUp) -> None:
    """The talk is back on the person's own screens; the others never knew that it was gone."""
    push_to([event.person_id], "conversation:joined", _named(event.conversation_id))


def tell_place(event: PlaceMoved) -> None:
    """The person's other devices follow."""
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


def tell_own_lists(event: OwnListsChanged) -> None:
    """The person's other devices ask anew for what they keep for themselves."""
    push_to(event.person_ids, "own:changed", {})


def tell_availability(event: ProfileChanged) -> None:
    """Who has a conversation with the person open sees whether they can be reached now.

    It comes from hours, absences and choice alone: nothing that somebody does is told.
    """
    person = db.session.get(Person, event.person_id)
    if person is None or load.leaves_out(Extra.AVAILABILITY):
        return
    shown = availabilities([person], clock.now()).get(person.id)
    payload = {"person_id": str(person.id), "state": shown.state.value if shown else None}
    _tell_watchers(person, "availability", payload)


def tell_status(event: StatusChanged) -> None:
    """Show the status beside the name at once; each screen takes it away by itself at its end."""
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
    """Tell who has a conversation of the person's open, and reads it still."""
    for conversation_id, version in queries.watched_versions(person):
        among = Readers(conversation_id, version)
        push_to_watchers(conversation_id, event, payload, among=among)


def _named(conversation_id: UUID) -> dict[str, Any]:
    return {"conversation_id": str(conversation_id)}
