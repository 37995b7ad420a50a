"""What is said in the country, in the order of time: in channels, talks and discussions.

Ids of documents rise with time, so what is published is poured in between.
"""

import hashlib
import random
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from intranet.attention.notifications.models import Delivery, Notification
from intranet.bench.country.organisation import Organisation
from intranet.bench.country.plan import Room
from intranet.bench.country.raw import Of, as_json, id_of, instant
from intranet.bench.country.sinks import Sink
from intranet.bench.country.words import Pool
from intranet.delivery.files.models import File
from intranet.messaging.conversations.models import (
    Conversation,
    ConversationKind,
    Participant,
    Place,
)
from intranet.messaging.messages.models import (
    Mention,
    Message,
    MessageFile,
    MessageVersion,
    Reaction,
)
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind

TALKS, READERS_TALKS = 300_000, 100
LOUD, LOUD_SHARE = 5, 0.01
"""So many channels have a hundredth of all messages each: of ten million a hundred thousand."""
IN_TALKS, IN_DISCUSSIONS = 0.2, 0.1
OPEN_DISCUSSIONS = 2_000
PLACES_LIMIT, DRAWN_AT_ONCE, EVEN = 1_000, 10_000, 0.5
BEGINNING, MOST_REPLIES = 0.1, 5
CALLING, CALLING_THE_READER, SIGNED = 0.03, 0.2, 0.08
EDITED, WITH_FILE, PINNED = 0.01, 0.005, 0.0005
BEHIND, MOST_UNREAD, SEEN = 0.3, 6, 0.9
FILE_BYTES = 40_000
EMOJI = ("👍", "🎉", "❤️", "🙏")
KIND, FILE = tags.kind(DocumentKind.MESSAGE), tags.kind(DocumentKind.FILE)
IN, BY = (of(UUID(int=0))[:-32] for of in (tags.conversation, tags.author))


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message as those need it who hang something on it; in a talk there is no room."""

    number: int
    at: int
    when: str
    message_id: str
    conversation_id: str
    seq: int
    author_id: str
    room: Room | None
    discussed: str


class Talking:
    """Pours messages and what hangs on them; counts who said how much where."""

    def __init__(
        self,
        sink: Sink,
        organisation: Organisation,
        pools: dict[str, Pool],
        chance: random.Random,
        reader: int,
    ) -> None:
        self.organisation, self.scale = organisation, organisation.scale
        self._pools, self._chance, self._reader = pools, chance, reader
        self.talks = self._pairs()
        count = len(organisation.rooms) + len(self.talks)
        self.last_seq = array("I", [0] * count)
        """By the number of a conversation: channels first, then talks, then discussions."""
        self._last_at = array("Q", [0] * count)
        self.discussions: list[Room] = []
        self._recent: deque[int] = deque(maxlen=OPEN_DISCUSSIONS)
        self._threads: dict[int, tuple[str, int]] = {}
        self._document = organisation.add_document
        self._open(sink)

    def conversation(self, number: int) -> str:
        """The id of a conversation."""
        return self.scale.id_of(Of.CONVERSATION, number)

    def open_discussion(self, room: Room) -> str:
        """Open a discussion among the people of a room; its id."""
        number = len(self.last_seq)
        self.last_seq.append(0)
        self._last_at.append(0)
        self.discussions.append(room)
        self._recent.append(number)
        return self.conversation(number)

    def talk(self, publish: Callable[[int], None], publications: int) -> None:
        """Say everything, and publish so many times meanwhile."""
        messages = self.scale.messages
        step = (self.scale.ended - self.scale.began) / messages
        cumulated = self._weights()
        numbers = range(len(self.organisation.rooms) + len(self.talks))
        published = 0
        for start in range(0, messages, DRAWN_AT_ONCE):
            drawn = self._chance.choices(numbers, cum_weights=cumulated, k=DRAWN_AT_ONCE)
            for number in range(start, min(start + DRAWN_AT_ONCE, messages)):
                at = self.scale.began + int(number * step)
                if number * publications // messages >= published:
                    published += 1
                    publish(at)
                place = drawn[number - start]
                if self._recent and self._chance.random() < IN_DISCUSSIONS:
                    place = self._recent[int(self._chance.random() * len(self._recent))]
                self._say(number, place, at)

    def settle(self) -> None:
        """Pour the conversations as they have become, and where their people are."""
        rooms = self.organisation.rooms
        for number, last_seq in enumerate(self.last_seq):
            room = number if number < len(rooms) else None
            kind = ConversationKind.CHANNEL if room is not None else ConversationKind.DISCUSSION
            key = None
            talk = number - len(rooms)
            if room is None and talk < len(self.talks):
                kind = ConversationKind.DIRECT
                key = self._take_part(number, self.talks[talk])
            at = instant(self._last_at[number]) if last_seq else None
            space_id = self.scale.id_of(Of.SPACE, room) if room is not None else None
            self._add_conversation(
                (
                    *(self.conversation(number), kind.value, space_id, int(room is not None), key),
                    *(last_seq, last_seq, instant(self.scale.began), at),
                )
            )
            if room is not None and last_seq:
                self._read(number, rooms[room], last_seq)

    def _open(self, sink: Sink) -> None:
        self._add_conversation = sink.into(
            *(Conversation, "id", "kind", "space_id", "is_main", "people_key", "last_seq", "rev"),
            *("created_at", "last_message_at"),
        )
        self._add_participant = sink.into(Participant, "conversation_id", "person_id", "position")
        self._add_place = sink.into(Place, "person_id", "conversation_id", "read_seq")
        self._add_message = sink.into(
            *(Message, "id", "conversation_id", "seq", "rev", "body_rev", "author_id", "post_id"),
            *("caption", "client_id", "sent_hash", "body", "html", "mentions", "parent_id"),
            *("reply_count", "created_at", "edited_at", "pinned_at", "pinned_by_id"),
        )
        self._add_version = sink.into(
            MessageVersion, "id", "message_id", "body", "html", "written_at"
        )
        self._add_mention = sink.into(Mention, "message_id", "person_id", "conversation_id", "seq")
        self._add_reaction = sink.into(Reaction, "message_id", "person_id", "emoji", "created_at")
        self._add_file = sink.into(
            *(File, "id", "owner_id", "name", "media_type", "size_bytes", "sha256", "key"),
            *("created_at", "text_state"),
        )
        self._add_held = sink.into(MessageFile, "message_id", "file_id")
        self.notify = sink.into(
            *(Notification, "id", "person_id", "kind", "key", "why", "publication_id"),
            *("conversation_id", "message_id", "created_at", "seen_at"),
        )
        self.deliver = sink.into(
            *(Delivery, "notification_id", "channel", "state", "because", "created_at"),
            "settled_at",
        )

    def _pairs(self) -> list[tuple[int, int]]:
        """Who talks with whom: within an agency, and many with the one who reads."""
        rooms, chance = self.organisation.rooms, self._chance
        found: dict[tuple[int, int], None] = {}
        home = next(room for room in rooms if room.is_agency)
        for _talk in range(min(READERS_TALKS, home.size // 3)):
            other = chance.randrange(home.size)
            if other != self._reader:
                found[min(other, self._reader), max(other, self._reader)] = None
        agencies = [room for room in rooms if room.is_agency]
        weights = list(accumulate(room.size for room in agencies))
        for room in chance.choices(agencies, cum_weights=weights, k=int(TALKS * self.scale.share)):
            one, other = (room.first + chance.randrange(room.size) for _both in range(2))
            if one != other:
                found[min(one, other), max(one, other)] = None
        return list(found)

    def _weights(self) -> list[float]:
        """How much is said in each channel and talk, cumulated."""
        rooms, chance = self.organisation.rooms, self._chance
        weights = [min(chance.paretovariate(1.1), 400) for _room in rooms]
        services = [room.number for room in rooms if room.is_service][:LOUD]
        whole = sum(weights)
        for number in services:
            weights[number] = whole * LOUD_SHARE / (1 - IN_TALKS - IN_DISCUSSIONS)
        talks = [chance.paretovariate(1.1) for _talk in self.talks]
        factor = sum(weights) * IN_TALKS / (1 - IN_TALKS) / (sum(talks) or 1)
        return list(accumulate([*weights, *(each * factor for each in talks)]))

    def _say(self, number: int, place: int, at: int) -> None:
        """One message in a conversation."""
        chance = self._chance.random
        talk = place - len(self.organisation.rooms)
        room = None if 0 <= talk < len(self.talks) else self._room(place)
        if room is None:
            pair = self.talks[talk]
            author = pair[chance() < EVEN]
        else:
            author = room.first + int(chance() * room.size)
        pool = self._pools[self.organisation.language(room.agency if room else 0)]
        one, other = (int(chance() * len(pool.written)) for _both in range(2))
        body = f"{pool.written[one]} {pool.written[other]}"
        self.last_seq[place] += 1
        self._last_at[place] = at
        said = Said(
            number=number,
            at=at,
            when=instant(at),
            message_id=id_of(Of.MESSAGE, number, at),
            conversation_id=self.conversation(place),
            seq=self.last_seq[place],
            author_id=self.organisation.person(author),
            room=room,
            discussed=f" {tags.DISCUSSION}" if talk >= len(self.talks) else "",
        )
        parent_id, reply_count = self._in_thread(place, said.message_id)
        mentions, edited, has_file, pinned = self._dress(said, body)
        client_id = f"{self._chance.getrandbits(128):032x}"
        self._add_message(
            (
                *(said.message_id, said.conversation_id, said.seq, said.seq, said.seq),
                *(said.author_id, self.organisation.post(author)),
                self.organisation.captions[room.number] if room else "",
                *(client_id, client_id * 2, body, f"<p>{body}</p>", mentions, parent_id),
                *(reply_count, said.when, edited),
                *((said.when, said.author_id) if pinned else (None, None)),
            )
        )
        self._document(
            (
                *(DocumentKind.MESSAGE.value, said.message_id, said.conversation_id),
                *(said.author_id, said.when, "", f"{pool.found[one]} {pool.found[other]}"),
                f"{IN}{said.conversation_id}{said.discussed}{has_file} {KIND} {BY}{said.author_id}",
            )
        )

    def _room(self, place: int) -> Room:
        """Whose channel or discussion a conversation is."""
        rooms = self.organisation.rooms
        if place < len(rooms):
            return rooms[place]
        return self.discussions[place - len(rooms) - len(self.talks)]

    def _dress(self, said: Said, body: str) -> tuple[str, str | None, str, bool]:
        """Mentions, when it was edited, the tag of a file, whether it is pinned."""
        chance = self._chance.random
        called = self._call(said) if said.room and chance() < CALLING else "[]"
        if said.room and chance() < SIGNED:
            for emoji in EMOJI[: 1 + int(chance() * len(EMOJI))]:
                self._add_reaction((said.message_id, self._somebody(said.room), emoji, said.when))
        edited = None
        if chance() < EDITED:
            edited = said.when
            version_id = id_of(Of.OTHER, said.number, said.at)
            self._add_version((version_id, said.message_id, body, f"<p>{body}</p>", edited))
        has_file = chance() < WITH_FILE
        if has_file:
            self._hold(said)
        return called, edited, f" {tags.HAS_FILE}" if has_file else "", chance() < PINNED

    def _somebody(self, room: Room) -> str:
        return self.organisation.person(room.first + int(self._chance.random() * room.size))

    def _in_thread(self, place: int, message_id: str) -> tuple[str | None, int]:
        """The message that is answered, or how often this one will be."""
        parent_id, left = self._threads.get(place, ("", 0))
        if left:
            self._threads[place] = (parent_id, left - 1)
            return parent_id, 0
        begins = self._chance.random() < BEGINNING
        replies = int(self._chance.random() * MOST_REPLIES) if begins else 0
        if replies:
            self._threads[place] = (message_id, replies)
        return None, replies

    def _call(self, said: Said) -> str:
        """Call somebody of the room, who is told of it; the mentions as JSON."""
        chance, room = self._chance.random, said.room
        if room is None:
            return "[]"
        person_id = self._somebody(room)
        if room.first <= self._reader < room.first + room.size and chance() < CALLING_THE_READER:
            person_id = self.organisation.person(self._reader)
        self._add_mention((said.message_id, person_id, said.conversation_id, said.seq))
        notification_id = id_of(Of.NOTIFICATION, said.number, said.at)
        self.notify(
            (
                *(notification_id, person_id, "mention", f"message:{said.number}", "mention"),
                *(None, said.conversation_id, said.message_id, said.when),
                said.when if chance() < SEEN else None,
            )
        )
        self.deliver((notification_id, "mail", "sent", "", said.when, said.when))
        return as_json([{"kind": "person", "id": str(UUID(person_id)), "text": "…"}])

    def _hold(self, said: Said) -> None:
        """Hang a file on a message."""
        file_id = id_of(Of.FILE, said.number, said.at)
        name = f"informe-{said.number}.pdf"
        self._add_file(
            (
                *(file_id, said.author_id, name, "application/pdf", FILE_BYTES, "0" * 64, file_id),
                *(said.when, "read"),
            )
        )
        self._add_held((said.message_id, file_id))
        self._document(
            (
                *(DocumentKind.FILE.value, file_id, said.conversation_id, said.author_id),
                *(said.when, fold(name), ""),
                f"{IN}{said.conversation_id}{said.discussed} {FILE} {BY}{said.author_id}",
            )
        )

    def _take_part(self, number: int, pair: tuple[int, int]) -> str:
        """Put two people into their talk; the key by which it is known."""
        ids = sorted(str(UUID(self.organisation.person(each))) for each in pair)
        conversation_id = self.conversation(number)
        for position, each in enumerate(pair):
            person_id = self.organisation.person(each)
            self._add_participant((conversation_id, person_id, position))
            if read := self.last_seq[number]:
                self._add_place((person_id, conversation_id, read))
        return hashlib.sha256(",".join(ids).encode()).hexdigest()

    def _read(self, number: int, room: Room, last_seq: int) -> None:
        """Where the people of a room are in its channel: mostly at its end."""
        conversation_id, chance = self.conversation(number), self._chance
        for each in range(room.first, room.first + min(room.size, PLACES_LIMIT)):
            behind = int(chance.random() * MOST_UNREAD) if chance.random() < BEHIND else 0
            read = max(last_seq - behind, 0)
            self._add_place((self.organisation.person(each), conversation_id, read))
