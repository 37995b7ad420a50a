"""Search of messages and files under the one access rule, newest first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any as Value
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, func, literal, null, select
from sqlalchemy.dialects.postgresql import TSVECTOR

from intranet.attention.search.period import SearchPeriod, period_of
from intranet.attention.search.query_parser import SearchMeaning
from intranet.messaging.conversations.access import is_readable_room
from intranet.messaging.conversations.discussions import discussions_read_among
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.readable_ids import ids_readable_among
from intranet.messaging.messages.access import is_former_content_of
from intranet.messaging.messages.models import Message, MessageFile
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared, on_sqlite
from intranet.platform.core.types import among, id_parameter
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Any, Expression, Not, OfKinds, Tag
from intranet.platform.index.fulltext import WORDS
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.newest import (
    RECENT_ROWS,
    SparseSet,
    newest_among,
    newest_ids,
    newest_listed,
    scan_newest,
)
from intranet.platform.index.queries import expected, fits, has_words

MAX_COUNTED = 300
"""Hits are counted up to this number; there may be more."""
MAX_CONVERSATIONS = 2_000
MAX_PREFIX_DOCUMENTS = 5_000
"""Prefixes are searched in so many of the newest documents of the person's conversations."""
MANY_ELSEWHERE_ROWS = 20_000
"""If PostgreSQL expects more matches than this, scanning from the newest is faster."""
IDS_PER_MATCH = 50
"""For each expected match, how many ids PostgreSQL lists in the time that looking at it takes."""
MAX_WINDOWS = 20
_UNINDEXED = func.coalesce(WORDS, WORDS, type_=TSVECTOR)
"""The words of a document, as a column that has no index: to the few files of a person's rooms
PostgreSQL would add all messages with the word.
"""
SPARE_RATIO = 4
"""For every so many rows one more is fetched, because the person may not read some of them."""


@dataclass(frozen=True)
class SearchMatch:
    """A message or file that matches, and its place in a conversation."""

    id: int
    kind: DocumentKind
    subject_id: UUID
    conversation_id: UUID
    author_id: UUID
    at: datetime
    seq: int
    held_by: UUID | None

    @property
    def message_id(self) -> UUID:
        """The message itself, or the one that holds the file."""
        return self.held_by or self.subject_id


class SearchFinder:
    """A search of what a person may read; looks up their conversations once."""

    def __init__(self, person: Person, meaning: SearchMeaning) -> None:
        """Store the person who searches, and the meaning of the query."""
        self._person = person
        self._meaning = meaning
        self._places = self._narrowed()
        self._times = period_of(meaning)

    def newest(
        self, kind: DocumentKind, *, before: int | None = None, limit: int = MAX_COUNTED + 1
    ) -> Sequence[SearchMatch]:
        """Return the newest matching messages or files that the person may read."""
        if (self._places is not None and self._places.is_nowhere) or self._times is None:
            return []
        rows: list[SearchMatch] = []
        asked = limit + limit // SPARE_RATIO
        for _window in range(MAX_WINDOWS):
            ids = self._ids(kind, self._times.before(before), asked)
            rows += self._readable(kind, ids)
            if len(ids) < asked or len(rows) >= limit:
                break
            before = ids[-1]
        return rows[:limit]

    def _ids(self, kind: DocumentKind, times: "SearchPeriod", limit: int) -> Sequence[int]:
        parts = self._meaning.expressions
        is_asked = any(not isinstance(part, Not) for part in parts)
        if not on_sqlite() and is_asked and self._places is not None:
            return _in_places(
                OfKinds(All(*parts), frozenset({kind})), kind, self._places, times, limit
            )
        if self._places is None or kind == DocumentKind.FILE:
            parts.append(Tag(tags.kind(kind)))
        if self._places is not None:
            parts.append(self._places.expression())
        expression = OfKinds(All(*parts), frozenset({kind}))
        return newest_ids(expression, SearchDocument.kind == kind, *times.all(), limit=limit)

    def _readable(self, kind: DocumentKind, ids: Sequence[int]) -> list[SearchMatch]:
        """Filter these documents by the one access rule."""
        if not ids:
            return []
        asked = _said(is_file=kind == DocumentKind.FILE)
        answers: Iterable[Value] = execute_prepared(asked, ids=list(ids), person_id=self._person.id)
        rows = [(SearchMatch(*row), is_kept) for *row, is_kept in answers]
        # A query of its own: joined to the first, it read every conversation there is.
        readable = self._known_among({row.conversation_id for row, _is_kept in rows})
        return [row for row, is_kept in rows if is_kept or row.conversation_id in readable]

    def _known_among(self, room_ids: Collection[UUID]) -> set[UUID]:
        """Return which of these conversations may be read; all rooms are known in most cases."""
        if self._places is None:
            return ids_readable_among(self._person, room_ids)
        others = (
            set(room_ids) - self._places.rooms.keys() - (self._meaning.conversation_ids or set())
        )
        discussions = discussions_read_among(self._person, others) if others else set()
        return {*self._places.rooms, *discussions}

    def _narrowed(self) -> "_Places | None":
        """Return the conversations and tags to search in; None to search all, if too many.

        What is found elsewhere than in their rooms `_readable` checks by the access rule.
        """
        asked = self._meaning.conversation_ids
        readable = self._rooms() if asked is None else self._readable_rooms(asked)
        own: Expression = Tag(tags.author(self._person.id))
        if asked is not None:
            hidden = asked - readable.keys()
            return _Places(readable, [All(own, Any(*_tags(hidden)))] if hidden else [])
        if len(readable) > MAX_CONVERSATIONS:
            return None
        # Authors keep access to what they wrote for a post.
        return _Places(readable, [own, Tag(tags.DISCUSSION)])

    def _rooms(self) -> dict[UUID, int]:
        rows = execute_prepared(_room_sizes(), person_id=self._person.id)
        return {row.id: row.last_seq for row in rows}

    def _readable_rooms(self, asked: Collection[UUID]) -> dict[UUID, int]:
        readable = list(ids_readable_among(self._person, asked))
        sizes = execute_prepared(_sizes(), ids=readable) if readable else ()
        return {row.id: row.last_seq for row in sizes}


@dataclass(frozen=True)
class _Places:
    """Where to search: in these conversations, and elsewhere for documents with these tags.

    `rooms` has how many messages were sent in each conversation.
    """

    rooms: Mapping[UUID, int]
    elsewhere: Sequence[Expression]

    @property
    def messages(self) -> int:
        """The number of messages in the conversations, with those deleted since."""
        return sum(self.rooms.values())

    @property
    def is_nowhere(self) -> bool:
        return not self.rooms and not self.elsewhere

    def expression(self) -> Expression:
        """Return the places as one index expression."""
        return Any(*_tags(self.rooms), *self.elsewhere)


def _in_places(
    expression: Expression, kind: DocumentKind, places: _Places, times: SearchPeriod, limit: int
) -> Sequence[int]:
    """Return ids of the newest matches in these places, on PostgreSQL.

    Files have an index of words of their own, and are few enough to list all that match.

    Of messages PostgreSQL finds whole words directly, but for a prefix it reads every word that
    begins so. With the data of a whole country, two words took 14 ms, two prefixes 350 ms. So
    prefixes are searched only among the newest: those of the person's conversations, which for most
    people are all they have, and the newest of all elsewhere. Whole words are searched everywhere.
    Each search is complete down to its own last row, so that pages leave nothing out.
    """
    is_one = SearchDocument.kind == kind
    there = OfKinds(All(expression, Any(*places.elsewhere)), frozenset({kind}))
    if kind == DocumentKind.FILE:
        ways = [
            *(
                [and_(has_words(expression, _UNINDEXED), _is_in(places.rooms))]
                if places.rooms
                else []
            ),
            *([fits(there)] if places.elsewhere else []),
        ]
        return newest_listed(ways, is_one, *times.all(), limit=limit)
    found: Sequence[int] = ()
    if places.rooms:
        found = newest_among(
            expression,
            _room_set(places, [is_one, *times.places()]),
            *times.instants,
            prefix_rows=MAX_PREFIX_DOCUMENTS,
            limit=limit,
        )
    if places.elsewhere:
        found = [*found, *_elsewhere(there, is_one, times, sorted(found), limit)]
    return sorted(set(found), reverse=True)[:limit]


def _elsewhere(
    expression: Expression,
    is_one: ColumnElement[bool],
    times: SearchPeriod,
    known: Sequence[int],
    limit: int,
) -> Sequence[int]:
    """Return ids of the newest matches elsewhere, as far as they are newer than enough known."""
    period = times.after(known[-limit] if len(known) >= limit else None)
    recent = scan_newest(expression, is_one, *period.all(), rows=RECENT_ROWS, limit=limit)
    if recent.edge is None or len(recent.ids) >= limit:
        return recent.ids
    whole = expression.whole()
    matches = expected(whole)
    # Listing all with *a* and *de* took a second; scanning from the newest finds some soon.
    if not times.instants and matches >= MANY_ELSEWHERE_ROWS:
        return newest_ids(whole, is_one, *period.all(), limit=limit, begun=recent, known=known)
    places = period.places()
    if matches * IDS_PER_MATCH < recent.edge - (period.first or 0):
        places = period.places(SearchDocument.id + 0)  # not by the index of ids
    return [
        *recent.ids,
        *newest_listed([fits(whole)], is_one, *period.instants, *places, limit=limit),
    ]


def _room_set(places: _Places, conditions: Sequence[ColumnElement[bool]]) -> SparseSet:
    """Return the messages of the conversations as a set to look in."""
    within = [_is_in(places.rooms), *conditions]
    if places.messages <= MAX_PREFIX_DOCUMENTS:
        return SparseSet(within)
    last = execute_prepared(_last_id()).scalar() or 0
    return SparseSet(within, last / places.messages, last)


def _is_in(rooms: Collection[UUID]) -> ColumnElement[bool]:
    ids = literal(sorted(rooms), ARRAY(Uuid))
    return SearchDocument.conversation_id == func.any(ids)


@cache
def _said(*, is_file: bool) -> Select[*tuple[Value, ...]]:
    """Select the messages of some documents, and whether the author keeps access to each."""
    found = MessageFile.message_id if is_file else SearchDocument.subject_id
    asked = select(
        SearchDocument.id,
        SearchDocument.kind,
        SearchDocument.subject_id,
        Message.conversation_id,
        Message.author_id,
        Message.created_at,
        Message.seq,
        MessageFile.message_id if is_file else null(),
        is_former_content_of(id_parameter("person_id")),
    ).select_from(SearchDocument)
    if is_file:
        asked = asked.join(MessageFile, MessageFile.file_id == SearchDocument.subject_id)
    return (
        asked.join(Message, Message.id == found)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(among(SearchDocument.id, "ids"), Message.deleted_at.is_(None))
        .order_by(SearchDocument.id.desc())
    )


@cache
def _last_id() -> Select[int]:
    return select(func.max(SearchDocument.id))


def _tags(conversation_ids: Collection[UUID]) -> list[Expression]:
    return [Tag(tags.conversation(row)) for row in sorted(conversation_ids)]


@cache
def _room_sizes() -> Select[UUID, int]:
    return select(Conversation.id, Conversation.last_seq).where(is_readable_room())


@cache
def _sizes() -> Select[UUID, int]:
    return select(Conversation.id, Conversation.last_seq).where(among(Conversation.id, "ids"))
