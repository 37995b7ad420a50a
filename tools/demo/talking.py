"""The conversations of the story, opened and filled with their messages."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.attention.notifications.handlers import OF_MESSAGE
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.conversations.operations import (
    create_channel,
    start_direct_message,
    start_post_conversation,
)
from intranet.messaging.messages.bulk_history import PastMessage, write_history
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Posting, Space
from intranet.messaging.spaces.operations import invite_to_space, name_speaker, set_posting
from intranet.messaging.spaces.queries import space_of_agency, space_of_unit
from intranet.organisation.people.models import Person
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work
from tools.demo.conversations import MENTION, POST, StoryConversation
from tools.demo.settling import LoadedStory


def let_talk(room: StoryConversation, settled: LoadedStory) -> None:
    """Open a conversation of the story with its guests, and write its messages."""
    leader = None if room.unit is None else settled.people[_leader(room.unit, settled)]
    conversation = _talk(room, settled) if leader is None else _channel(room, leader, settled)
    unread = _unread(room, settled)
    moments = settled.calendar.moments([message.at for message in room.messages])
    written = write_history(
        conversation,
        [
            PastMessage(
                author=settled.people[message.by],
                body=addressed(message.text, settled),
                at=at,
                answers=message.reply_to,
                reactions=[(emoji, _ids(who, settled)) for emoji, who in message.reactions],
                was=message.was and addressed(message.was, settled),
                pinned_by=(leader or settled.people[message.by]) if message.is_pinned else None,
            )
            for message, at in zip(room.messages, moments, strict=True)
        ],
        unread=unread,
    )
    _notify(conversation, written, unread)


def _notify(
    conversation: Conversation, written: Sequence[Message], unread: Mapping[UUID, int]
) -> None:
    """Enqueue notifications of unread messages; in a channel, only of unread mentions."""
    is_channel = conversation.kind == ConversationKind.CHANNEL
    for place, message in enumerate(written):
        after = len(written) - place
        waiting = {person_id for person_id, count in unread.items() if after <= count}
        mentioned = {UUID(each["id"]) for each in message.mentions if each["kind"] == "person"}
        if mentioned & waiting if is_channel else waiting:
            with unit_of_work() as work:
                enqueue(work, OF_MESSAGE, {"message_id": str(message.id)})


def _talk(room: StoryConversation, settled: LoadedStory) -> Conversation:
    first, *others = (settled.people[key] for key in room.people)
    if room.post:
        return start_post_conversation(first, settled.posts[room.post], others)
    return start_direct_message(first, others)


def _channel(room: StoryConversation, leader: Person, settled: LoadedStory) -> Conversation:
    space = _space(room, settled)
    if room.title:
        return create_channel(leader, space, room.title, language=room.language)
    if room.speakers_only and space.unit_id:
        set_posting(leader, space, Posting.SPEAKERS)
    for key in room.guests:
        invite_to_space(leader, space, settled.people[key])
    for key in room.speakers:
        name_speaker(leader, space, settled.people[key])
    return db.session.scalars(
        select(Conversation).where(Conversation.space_id == space.id, Conversation.is_main)
    ).one()


def _space(room: StoryConversation, settled: LoadedStory) -> Space:
    unit = settled.units[room.unit or ""]
    space = space_of_unit(unit.id) if unit.parent_id else space_of_agency(unit.agency_id)
    if space is None:
        raise LookupError(room.key)
    return space


def _leader(unit: str, settled: LoadedStory) -> str:
    """Return the key of the holder or acting holder of the post that heads a unit."""
    posts = settled.story.posts
    return next(
        held.person
        for held in settled.story.appointments
        if posts[held.post].unit == unit and posts[held.post].is_head
    )


def addressed(text: str, settled: LoadedStory) -> str:
    """Return the text with its mentions as they are stored: label, kind and id."""

    def stored(key: str) -> str:
        if key.startswith(POST):
            post = settled.posts[key.removeprefix(POST)]
            return f"@[{post.title.text(post.unit.agency.language)}](post:{post.id})"
        person = settled.people[key]
        return f"@[{person.name}](person:{person.id})"

    return MENTION.sub(lambda found: stored(found[1]), text)


def _ids(keys: tuple[str, ...], settled: LoadedStory) -> list[UUID]:
    return [settled.people[key].id for key in keys]


def _unread(room: StoryConversation, settled: LoadedStory) -> Mapping[UUID, int]:
    return {settled.people[key].id: count for key, count in room.unread.items()}
