"""Loader of the country's messages, in order of time, as ids of search documents rise with it."""

import hashlib
import random
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from intranet.attention.notifications.models import Delivery, Notification
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
from tools.bench.country.organisation import CountryOrganisation
from tools.bench.country.plan import CountrySpace
from tools.bench.country.raw import Of, as_json, id_of, instant
from tools.bench.country.sinks import Sink
from tools.bench.country.words import CountrySentences

DIRECT_CONVERSATIONS, READER_CONVERSATIONS = 300_000, 100
LOUD_CHANNELS, LOUD_SHARE = 5, 0.01
"""Five channels have 1 % of all messages each: 100,000 of ten million."""
DIRECT_SHARE, DISCUSSION_SHARE = 0.2, 0.1
OPEN_DISCUSSIONS, MAX_READ_POSITIONS, BATCH_SIZE = 2_000, 1_000, 10_000
SECOND_AUTHOR_SHARE, THREAD_SHARE, MAX_REPLIES = 0.5, 0.1, 5
MENTION_SHARE, READER_MENTION_SHARE, REACTION_SHARE = 0.03, 0.2, 0.08
EDITED_SHARE, FILE_SHARE, PINNED_SHARE = 0.01, 0.005, 0.0005
BEHIND_SHARE, MAX_UNREAD, SEEN_SHARE = 0.3, 6, 0.9
FILE_BYTES, EMOJI = 40_000, ("👍", "🎉", "❤️", "🙏")
KIND, FILE = tags.kind(DocumentKind.MESSAGE), tags.kind(DocumentKind.FILE)
IN, BY = (of(UUID(int=0))[:-32] for of in (tags.conversation, tags.author))


@dataclass(frozen=True, kw_only=True)
class CountryMessage:
    """A message, with what its reactions, mentions and files need; no space if it is direct."""

    number: int
    at: int
    when: str
    message_id: str
    conversation_id: str
    seq: int
    author_id: str
    space: CountrySpace | None
    discussed: str


class Talking:
    """A loader of messages with their attachments; it counts the messages of each conversation."""

    def __init__(
        self,
        sink: Sink,
        organisation: CountryOrganisation,
        pools: dict[str, CountrySentences],
        chance: random.Random,
        reader: int,
    ) -> None:
        self.organisation, self.scale = organisation, organisation.scale
        self._pools, self._chance, self._reader = pools, chance, reader
        self.talks = self._pairs()
        count = len(organisation.spaces) + len(self.talks)
        self.last_seq = array("I", [0] * count)
        """By conversation number: channels first, then direct conversations, then discussions."""
        self._last_at = array("Q", [0] * count)
        self.discussions: list[CountrySpace] = []
        self._recent: deque[int] = deque(maxlen=OPEN_DISCUSSIONS)
        self._threads: dict[int, tuple[str, int]] = {}
        self._document = organisation.add_document
        self._open(sink)

    def conversation(self, number: int) -> str:
        """Return the id of a conversation."""
        return self.scale.id_of(Of.CONVERSATION, number)

    def open_discussion(self, space: CountrySpace) -> str:
        """Open a discussion among the members of a space, and return its id."""
        number = len(self.last_seq)
        self.last_seq.append(0)
        self._last_at.append(0)
        self.discussions.append(space)
        self._recent.append(number)
        return self.conversation(number)

    def talk(self, publish: Callable[[int], None], publications: int) -> None:
        """Load all messages, with `publications` calls of `publish` spread evenly among them."""
        messages = self.scale.messages
        step = (self.scale.ended - self.scale.began) / messages
        cumulated = self._weights()
        numbers = range(len(self.organisation.spaces) + len(self.talks))
        published = 0
        for start in range(0, messages, BATCH_SIZE):
            drawn = self._chance.choices(numbers, cum_weights=cumulated, k=BATCH_SIZE)
            for number in range(start, min(start + BATCH_SIZE, messages)):
                at = self.scale.began + int(number * step)
                if number * publications // messages >= published:
                    published += 1
                    publish(at)
                place = drawn[number - start]
                if self._recent and self._chance.random() < DISCUSSION_SHARE:
                    place = self._recent[int(self._chance.random() * len(self._recent))]
                self._say(number, place, at)

    def settle(self) -> None:
        """Load the conversations in their final state, and the read positions."""
        spaces = self.organisation.spaces
        for number, last_seq in enumerate(self.last_seq):
            space = number if number < len(spaces) else None
            kind = ConversationKind.CHANNEL if space is not None else ConversationKind.DISCUSSION
            key = None
            talk = number - len(spaces)
            if space is None and talk < len(self.talks):
                kind = ConversationKind.DIRECT
                key = self._take_part(number, self.talks[talk])
            at = instant(self._last_at[number]) if last_seq else None
            space_id = self.scale.id_of(Of.SPACE, space) if space is not None else None
            self._add_conversation(
                (
                    *(self.conversation(number), kind.value, space_id, int(space is not None), key),
                    *(last_seq, last_seq, instant(self.scale.began), at),
                )
            )
            if space is not None and last_seq:
                self._read(number, spaces[space], last_seq)

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
        """Return the pairs of direct conversations: within an agency, and many with the reader."""
        spaces, chance = self.organisation.spaces, self._chance
        found: dict[tuple[int, int], None] = {}
        home = next(space for space in spaces if space.is_agency)
        for _talk in range(min(READER_CONVERSATIONS, home.size // 3)):
            other = chance.randrange(home.size)
            if other != self._reader:
                found[min(other, self._reader), max(other, self._reader)] = None
        agencies = [space for space in spaces if space.is_agency]
        weights = list(accumulate(space.size for space in agencies))
        for space in chance.choices(
            agencies, cum_weights=weights, k=int(DIRECT_CONVERSATIONS * self.scale.share)
        ):
            one, other = (space.first + chance.randrange(space.size) for _both in range(2))
            if one != other:
                found[min(one, other), max(one, other)] = None
        return list(found)

    def _weights(self) -> list[float]:
        """Return the cumulated weights of all channels and direct conversations."""
        spaces, chance = self.organisation.spaces, self._chance
        weights = [min(chance.paretovariate(1.1), 400) for _space in spaces]
        services = [space.number for space in spaces if space.is_service][:LOUD_CHANNELS]
        whole = sum(weights)
        for number in services:
            weights[number] = whole * LOUD_SHARE / (1 - DIRECT_SHARE - DISCUSSION_SHARE)
        talks = [chance.paretovariate(1.1) for _talk in self.talks]
        factor = sum(weights) * DIRECT_SHARE / (1 - DIRECT_SHARE) / (sum(talks) or 1)
        return list(accumulate([*weights, *(each * factor for each in talks)]))

    def _say(self, number: int, place: int, at: int) -> None:
        """Load a message in a conversation."""
        chance = self._chance.random
        talk = place - len(self.organisation.spaces)
        space = None if 0 <= talk < len(self.talks) else self._space(place)
        if space is None:
            pair = self.talks[talk]
            author = pair[chance() < SECOND_AUTHOR_SHARE]
        else:
            author = space.first + int(chance() * space.size)
        pool = self._pools[self.organisation.language(space.agency if space else 0)]
        one, other = (int(chance() * len(pool.written)) for _both in range(2))
        body = f"{pool.written[one]} {pool.written[other]}"
        self.last_seq[place] += 1
        self._last_at[place] = at
        said = CountryMessage(
            number=number,
            at=at,
            when=instant(at),
            message_id=id_of(Of.MESSAGE, number, at),
            conversation_id=self.conversation(place),
            seq=self.last_seq[place],
            author_id=self.organisation.person(author),
            space=space,
            discussed=f" {tags.DISCUSSION}" if talk >= len(self.talks) else "",
        )
        parent_id, reply_count = self._in_thread(place, said.message_id)
        mentions, edited, has_file, pinned = self._dress(said, body)
        client_id = f"{self._chance.getrandbits(128):032x}"
        self._add_message(
            (
                *(said.message_id, said.conversation_id, said.seq, said.seq, said.seq),
                *(said.author_id, self.organisation.post(author)),
                self.organisation.captions[space.number] if space else "",
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

    def _space(self, place: int) -> CountrySpace:
        """Return the space of a channel or discussion."""
        spaces = self.organisation.spaces
        if place < len(spaces):
            return spaces[place]
        return self.discussions[place - len(spaces) - len(self.talks)]

    def _dress(self, said: CountryMessage, body: str) -> tuple[str, str | None, str, bool]:
        """Add extras to a message by chance; return mentions, edit time, tag and pinned state."""
        chance = self._chance.random
        called = self._call(said) if said.space and chance() < MENTION_SHARE else "[]"
        if said.space and chance() < REACTION_SHARE:
            for emoji in EMOJI[: 1 + int(chance() * len(EMOJI))]:
                self._add_reaction((said.message_id, self._somebody(said.space), emoji, said.when))
        edited = None
        if chance() < EDITED_SHARE:
            edited = said.when
            version_id = id_of(Of.OTHER, said.number, said.at)
            self._add_version((version_id, said.message_id, body, f"<p>{body}</p>", edited))
        has_file = chance() < FILE_SHARE
        if has_file:
            self._hold(said)
        return called, edited, f" {tags.HAS_FILE}" if has_file else "", chance() < PINNED_SHARE

    def _somebody(self, space: CountrySpace) -> str:
        return self.organisation.person(space.first + int(self._chance.random() * space.size))

    def _in_thread(self, place: int, message_id: str) -> tuple[str | None, int]:
        """Return the parent of a reply, or the number of replies that a message will get."""
        parent_id, left = self._threads.get(place, ("", 0))
        if left:
            self._threads[place] = (parent_id, left - 1)
            return parent_id, 0
        begins = self._chance.random() < THREAD_SHARE
        replies = int(self._chance.random() * MAX_REPLIES) if begins else 0
        if replies:
            self._threads[place] = (message_id, replies)
        return None, replies

    def _call(self, said: CountryMessage) -> str:
        """Mention and notify a member of the space; return the mentions as JSON."""
        chance, space = self._chance.random, said.space
        if space is None:
            return "[]"
        person_id = self._somebody(space)
        if (
            space.first <= self._reader < space.first + space.size
            and chance() < READER_MENTION_SHARE
        ):
            person_id = self.organisation.person(self._reader)
        self._add_mention((said.message_id, person_id, said.conversation_id, said.seq))
        notification_id = id_of(Of.NOTIFICATION, said.number, said.at)
        self.notify(
            (
                *(notification_id, person_id, "mention", f"message:{said.number}", "mention"),
                *(None, said.conversation_id, said.message_id, said.when),
                said.when if chance() < SEEN_SHARE else None,
            )
        )
        self.deliver((notification_id, "mail", "sent", "", said.when, said.when))
        return as_json([{"kind": "person", "id": str(UUID(person_id)), "text": "…"}])

    def _hold(self, said: CountryMessage) -> None:
        """Attach a file to a message."""
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
        """Add both participants to a direct conversation, and return its key."""
        ids = sorted(str(UUID(self.organisation.person(each))) for each in pair)
        conversation_id = self.conversation(number)
        for position, each in enumerate(pair):
            person_id = self.organisation.person(each)
            self._add_participant((conversation_id, person_id, position))
            if read := self.last_seq[number]:
                self._add_place((person_id, conversation_id, read))
        return hashlib.sha256(",".join(ids).encode()).hexdigest()

    def _read(self, number: int, space: CountrySpace, last_seq: int) -> None:
        """Load the read positions of a channel: mostly at its end."""
        conversation_id, chance = self.conversation(number), self._chance
        for each in range(space.first, space.first + min(space.size, MAX_READ_POSITIONS)):
            behind = int(chance.random() * MAX_UNREAD) if chance.random() < BEHIND_SHARE else 0
            read = max(last_seq - behind, 0)
            self._add_place((self.organisation.person(each), conversation_id, read))
