"""What is found of messages and files, through the one access rule; the newest first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any as Value
from uuid import UUID

from sqlalchemy import ColumnElement, and_, null, select

from intranet.conversations.access import readable_among, readable_by, rooms_read_by
from intranet.conversations.models import Conversation
from intranet.extensions import db
from intranet.index import tags
from intranet.index.expressions import All, Any, Expression, OfKinds, Tag
from intranet.index.models import DocumentKind, SearchDocument
from intranet.index.queries import MORE, newest_ids, place
from intranet.messages.access import kept_by
from intranet.messages.models import Message, MessageFile
from intranet.people.models import Person
from intranet.search.understanding import Meaning

COUNTED = 300
"""So many hits are counted; there may be more."""
ROOMS_AS_TAGS = 2_000
LOOKED_AT = 1_000_000
"""So many are looked at, once, before the index is asked, to which each room is a list to read."""
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
        if self._places == [] or self._times is None:
            return []
        parts = self._meaning.expressions
        if self._places is None or kind == DocumentKind.FILE:
            parts.append(Tag(tags.kind(kind)))
        if self._places:
            parts.append(Any(*self._places))
        expression = OfKinds(All(*parts), frozenset({kind}))
        rows: list[Found] = []
        asked = limit + limit // SPARE
        most = LOOKED_AT if kind == DocumentKind.MESSAGE else MORE
        for _window in range(WINDOWS):
            earlier = [place() < before] if before is not None else []
            ids = newest_ids(
                expression,
                SearchDocument.kind == kind,
                *self._times,
                *earlier,
                limit=asked,
                most=most,
            )
            most = MORE
            rows += self._readable(kind, ids)
            if len(ids) < asked or len(rows) >= limit:
                break
            before = ids[-1]
        return rows[:limit]

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

    def _narrowed(self) -> list[Expression] | None:
        """Where to look within the index, as tags; None where these would be too many.

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
            return [
                *_tags(asked & readable),
                *([All(own, Any(*_tags(hidden)))] if hidden else []),
            ]
        if len(readable) > ROOMS_AS_TAGS:
            return None
        # What one wrote for a post stays one's own to read.
        return [*_tags(readable), own, Tag(tags.DISCUSSION)]


def _tags(conversation_ids: Collection[UUID]) -> list[Expression]:
    return [Tag(tags.conversation(row)) for row in sorted(conversation_ids)]


def _times(meaning: Meaning) -> list[ColumnElement[bool]] | None:
    """When, also as places in the index, so that it need not be looked through; None: never."""
    found: list[ColumnElement[bool]] = []
    if meaning.since:
        first = _first_since(meaning.since - OUT_OF_ORDER)
        if first is None:
            return None
        found += [SearchDocument.at >= meaning.since, place() >= first]
    if meaning.until:
        found.append(SearchDocument.at < meaning.until)
        if (last := _first_since(meaning.until + OUT_OF_ORDER)) is not None:
            found.append(place() < last)
    return found


def _first_since(instant: datetime) -> int | None:
    """The place of the first message or file from an instant on."""
    return db.session.scalar(
        select(SearchDocument.id)
        .where(SearchDocument.at >= instant, SearchDocument.kind != DocumentKind.PUBLICATION)
        .order_by(SearchDocument.at)
        .limit(1)
    )
