"""What is found of messages and files, through the one access rule; the newest first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any as Value
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, func, literal, null, select

from intranet.attention.search.understanding import Meaning
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among, readable_by, rooms_read_by
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.access import kept_by
from intranet.messaging.messages.models import Message, MessageFile
from intranet.organisation.people.models import Person
from intranet.platform.index import tags
from intranet.platform.index.dialect import on_sqlite
from intranet.platform.index.expressions import All, Any, Expression, Not, OfKinds, Tag
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.queries import (
    expected,
    fits,
    newest_among,
    newest_ids,
    newest_recent,
    newest_whole,
    place,
)

COUNTED = 300
"""So many hits are counted; there may be more."""
ROOMS_AT_MOST = 2_000
LOOKED_AT = 5_000
"""Among so many of the newest of one's rooms beginnings of words are looked for."""
MUCH_ELSEWHERE = 20_000
"""Where PostgreSQL expects so much to fit elsewhere, its newest are met soon."""
WINDOWS = 20
SPARE = 4
"""One in so many is looked for beyond what is wanted: some of it the person does not read."""
OUT_OF_ORDER = timedelta(minutes=1)
"""Of two conversations, what was written earlier may have been stored later by so much."""


@dataclass(frozen=True)
class Found:
    """A message or file that fits, and where it stands."""

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
        """The message, or that which holds the file."""
        return self.held_by or self.subject_id


class Search:
    """What somebody may read of what fits. Asked several times, it looks up once what they read."""

    def __init__(self, person: Person, meaning: Meaning) -> None:
        """Take who asks, and what the question means."""
        self._person = person
        self._meaning = meaning
        self._places = self._narrowed()
        self._times = _times(meaning)

    def newest(
        self, kind: DocumentKind, *, before: int | None = None, limit: int = COUNTED + 1
    ) -> Sequence[Found]:
        """Messages, or files, that fit and that the person may read, the newest first."""
        if (self._places is not None and self._places.is_nowhere) or self._times is None:
            return []
        rows: list[Found] = []
        asked = limit + limit // SPARE
        for _window in range(WINDOWS):
            ids = self._ids(kind, self._times.before(before), asked)
            rows += self._readable(kind, ids)
            if len(ids) < asked or len(rows) >= limit:
                break
            before = ids[-1]
        return rows[:limit]

    def _ids(self, kind: DocumentKind, times: "_Times", limit: int) -> Sequence[int]:
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

    def _readable(self, kind: DocumentKind, ids: Sequence[int]) -> list[Found]:
        """Those of these documents that the person may read: the one access rule."""
        if not ids:
            return []
        is_file = kind == DocumentKind.FILE
        asked = select(
            SearchDocument.id,
            SearchDocument.kind,
            SearchDocument.subject_id,
            Message.conversation_id,
            Message.author_id,
            Message.created_at,
            Message.seq,
            MessageFile.message_id if is_file else null(),
        ).select_from(SearchDocument)
        if is_file:
            asked = asked.join(MessageFile, MessageFile.file_id == SearchDocument.subject_id)
        found = MessageFile.message_id if is_file else SearchDocument.subject_id
        asked = (
            asked.add_columns(kept_by(self._person))
            .join(Message, Message.id == found)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(SearchDocument.id.in_(ids), Message.deleted_at.is_(None))
            .order_by(SearchDocument.id.desc())
        )
        answers: Iterable[Value] = db.session.execute(asked)
        rows = [(Found(*row), is_kept) for *row, is_kept in answers]
        # Asked of these conversations by themselves: joined, every one there is was looked at.
        readable = readable_among(self._person, {row.conversation_id for row, _is_kept in rows})
        return [row for row, is_kept in rows if is_kept or row.conversation_id in readable]

    def _narrowed(self) -> "_Places | None":
        """Where to look within the index; None where that would be too much to say.

        That only saves looking at what the person does not read: who may is asked in `_readable`.
        """
        asked = self._meaning.conversation_ids
        rooms = select(Conversation.id).where(
            rooms_read_by(self._person)
            if asked is None
            else and_(Conversation.id.in_(asked), readable_by(self._person))
        )
        readable = set(db.session.scalars(rooms))
        own: Expression = Tag(tags.author(self._person.id))
        if asked is not None:
            hidden = asked - readable
            return _Places(asked & readable, [All(own, Any(*_tags(hidden)))] if hidden else [])
        if len(readable) > ROOMS_AT_MOST:
            return None
        # What one wrote for a post stays one's own to read.
        return _Places(readable, [own, Tag(tags.DISCUSSION)])


@dataclass(frozen=True)
class _Places:
    """Conversations, and what is to be looked at elsewhere, as tags."""

    rooms: Collection[UUID]
    elsewhere: Sequence[Expression]

    @property
    def is_nowhere(self) -> bool:
        return not self.rooms and not self.elsewhere

    def expression(self) -> Expression:
        """All of it as tags."""
        return Any(*_tags(self.rooms), *self.elsewhere)


@dataclass(frozen=True)
class _Times:
    """When, and that as places in the index, so that it need not be looked through."""

    instants: Sequence[ColumnElement[bool]] = ()
    places: Sequence[ColumnElement[bool]] = ()

    def before(self, last: int | None) -> "_Times":
        """The same, before a place."""
        earlier = [] if last is None else [place() < last]
        return replace(self, places=[*self.places, *earlier])

    def all(self) -> list[ColumnElement[bool]]:
        """As conditions on a document."""
        return [*self.instants, *self.places]


def _in_places(
    expression: Expression, kind: DocumentKind, places: _Places, times: _Times, limit: int
) -> Sequence[int]:
    """Ids of the newest that fit in these places, on PostgreSQL.

    It has whole words at hand, and reads all that begins so for a beginning: 14 and 350 ms for
    two words in a country. So beginnings are looked for among the newest of one's rooms, which
    for most people is all there is, and elsewhere among the newest of all; whole words everywhere.
    What comes of each way is complete down to its own last one, so that pages leave nothing out.
    """
    is_one = SearchDocument.kind == kind
    found: set[int] = set()
    for way in _ways(kind, places):
        among = [way, is_one, *times.places]
        ids, is_all = newest_among(
            expression, among, *times.instants, looked_at=LOOKED_AT, limit=limit
        )
        found.update(ids)
        if not is_all and len(ids) < limit:
            found.update(newest_whole(expression, *among, *times.instants, limit=limit))
    if places.elsewhere and kind != DocumentKind.FILE:
        there = All(expression, Any(*places.elsewhere))
        recent = newest_recent(there, is_one, *times.all(), limit=limit)
        found.update(recent)
        if len(recent) < limit:
            # To list all with *a* and *de* took a second; the newest of them are met soon.
            is_much = not times.instants and expected(there.whole()) >= MUCH_ELSEWHERE
            look = newest_ids if is_much else newest_whole
            found.update(look(there.whole(), is_one, *times.all(), limit=limit))
    return sorted(found, reverse=True)[:limit]


def _ways(kind: DocumentKind, places: _Places) -> list[ColumnElement[bool]]:
    """What an index answers by itself: one's rooms; of files, which are few, also elsewhere."""
    ways: list[ColumnElement[bool]] = []
    if places.rooms:
        rooms = literal(sorted(places.rooms), ARRAY(Uuid))
        ways.append(SearchDocument.conversation_id == func.any(rooms))
    if places.elsewhere and kind == DocumentKind.FILE:
        there = All(Tag(tags.kind(kind)), Any(*places.elsewhere))
        ways.append(fits(OfKinds(there, frozenset({kind}))))
    return ways


def _tags(conversation_ids: Collection[UUID]) -> list[Expression]:
    return [Tag(tags.conversation(row)) for row in sorted(conversation_ids)]


def _times(meaning: Meaning) -> _Times | None:
    """When; None: never."""
    instants: list[ColumnElement[bool]] = []
    places: list[ColumnElement[bool]] = []
    if meaning.since:
        first = _first_since(meaning.since - OUT_OF_ORDER)
        if first is None:
            return None
        instants.append(SearchDocument.at >= meaning.since)
        places.append(place() >= first)
    if meaning.until:
        instants.append(SearchDocument.at < meaning.until)
        if (last := _first_since(meaning.until + OUT_OF_ORDER)) is not None:
            places.append(place() < last)
    return _Times(instants, places)


def _first_since(instant: datetime) -> int | None:
    """The place of the first message or file from an instant on."""
    return db.session.scalar(
        select(SearchDocument.id)
        .where(SearchDocument.at >= instant, SearchDocument.kind != DocumentKind.PUBLICATION)
        .order_by(SearchDocument.at)
        .limit(1)
    )
