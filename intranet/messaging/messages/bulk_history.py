"""Write past messages into a conversation in bulk.

For the demonstration and for measuring: the rows are those that posting, answering, reacting,
editing and pinning one by one would have left, in a fraction of the time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import Model, db
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.conversations.queries import reader_ids
from intranet.messaging.messages import message_parts
from intranet.messaging.messages.models import (
    BODY_LIMIT,
    Mention,
    Message,
    MessageVersion,
    Reaction,
)
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import required_text
from intranet.platform.core.unit_of_work import Work, unit_of_work

EDITED_AFTER = timedelta(minutes=2)
REACTED_AFTER = timedelta(minutes=1)
REACTED_EVERY = timedelta(seconds=7)


@dataclass(frozen=True, kw_only=True)
class PastMessage:
    """A message in its final state.

    `answers` is the index of its parent in the sequence, counted from 0. `reactions` are emoji with
    the people who chose them. `was` is the text before an edit.
    """

    author: Person
    body: str
    at: datetime
    answers: int | None = None
    reactions: Sequence[tuple[str, Sequence[UUID]]] = ()
    was: str | None = None
    pinned_by: Person | None = None


def write_history(
    conversation: Conversation, past: Sequence[PastMessage], *, unread: Mapping[UUID, int]
) -> list[Message]:
    """Append past messages to a conversation, the oldest first.

    Nothing is published, so nobody is notified. Readers not in `unread` have read all of it.

    Args:
        unread: how many messages at the end are unread, by person.

    Raises:
        Forbidden: an author, or a person who reacts, does not read the conversation.
        Invalid: a body is empty or too long.
    """
    with unit_of_work() as work:
        work.lock(conversation)
        writing = _Writing(conversation, reader_ids(conversation))
        for one in past:
            writing.write(one)
        work.add(*writing.made)
        db.session.flush()
        work.add(*writing.about)
        _set_places(work, conversation, writing.readers, unread)
    return writing.made


@dataclass
class _Writing:
    """The messages written so far, and the rows about them."""

    conversation: Conversation
    readers: frozenset[UUID]
    made: list[Message] = field(default_factory=list)
    about: list[Model] = field(default_factory=list)
    voices: dict[UUID, message_parts.MessageVoice] = field(default_factory=dict)

    def write(self, one: PastMessage) -> None:
        """Write a message with its reactions, versions and pin."""
        self._require_readers(one)
        body = required_text(one.body, "body", BODY_LIMIT)
        body, rendered = message_parts.body_and_html(one.author, self.conversation.id, body)
        voice = self._voice(one.author)
        message = Message(
            id=uuid7(),
            conversation_id=self.conversation.id,
            author_id=one.author.id,
            post_id=voice.post_id,
            caption=voice.caption,
            client_id=uuid7(),
            sent_hash="",  # no browser will send it again
            body=body,
            html=str(rendered.html),
            mentions=[dict(mention) for mention in rendered.mentions],
            reply_count=0,
            created_at=one.at,
        )
        message.seq, message.rev = self.conversation.next_place()
        message.body_rev = message.rev
        self.conversation.last_message_at = one.at
        self.made.append(message)
        self._answer(message, one.answers)
        self._call(
            message,
            message_parts.mentioned_people(one.author, self.conversation, rendered.mentions),
        )
        self._edit(message, one)
        self._react(message, one)
        if one.pinned_by:
            message.pinned_at, message.pinned_by_id = one.at, one.pinned_by.id
            message.rev = self.conversation.next_rev()

    def _require_readers(self, one: PastMessage) -> None:
        people = {one.author.id, *(person for _, some in one.reactions for person in some)}
        if not people <= self.readers:
            raise Forbidden(_l("Only people who can read a conversation can take part in it."))

    def _voice(self, author: Person) -> message_parts.MessageVoice:
        if author.id not in self.voices:
            self.voices[author.id] = message_parts.voice_of(author, self.conversation, None)
        return self.voices[author.id]

    def _answer(self, message: Message, place: int | None) -> None:
        if place is None:
            return
        parent = self.made[place]
        message.parent_id = parent.parent_id or parent.id
        parent.reply_count += 1
        parent.rev = self.conversation.next_rev()

    def _edit(self, message: Message, one: PastMessage) -> None:
        if one.was is None:
            return
        was, before = message_parts.body_and_html(one.author, self.conversation.id, one.was)
        self.about.append(
            MessageVersion(
                message_id=message.id, body=was, html=str(before.html), written_at=one.at
            )
        )
        message.edited_at = one.at + EDITED_AFTER
        message.rev = message.body_rev = self.conversation.next_rev()

    def _react(self, message: Message, one: PastMessage) -> None:
        signs = ((emoji, person) for emoji, people in one.reactions for person in people)
        for place, (emoji, person) in enumerate(signs):
            self.about.append(
                Reaction(
                    message_id=message.id,
                    person_id=person,
                    emoji=emoji,
                    created_at=one.at + REACTED_AFTER + place * REACTED_EVERY,
                )
            )
            message.rev = self.conversation.next_rev()

    def _call(self, message: Message, called: set[UUID]) -> None:
        self.about.extend(
            Mention(
                message_id=message.id,
                person_id=person,
                conversation_id=self.conversation.id,
                seq=message.seq,
            )
            for person in called
        )


def _set_places(
    work: Work, conversation: Conversation, readers: frozenset[UUID], unread: Mapping[UUID, int]
) -> None:
    known = select(Place).where(Place.conversation_id == conversation.id)
    places = {place.person_id: place for place in db.session.scalars(known)}
    for person_id in readers:
        if person_id not in places:
            places[person_id] = Place(person_id=person_id, conversation_id=conversation.id)
        places[person_id].read_seq = conversation.last_seq - unread.get(person_id, 0)
    work.add(*places.values())
