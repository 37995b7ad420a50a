"""What is found of messages and files, through the one access rule; the newest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, func, or_, select

from intranet.conversations.access import readable_by
from intranet.conversations.models import Conversation
from intranet.extensions import db
from intranet.index import tags
from intranet.index.expressions import All, Any, Expression, Tag
from intranet.index.models import DocumentKind, SearchDocument
from intranet.index.queries import newest_matching, place
from intranet.messages.access import kept_by
from intranet.messages.models import Message, MessageFile
from intranet.people.models import Person
from intranet.search.understanding import Meaning

COUNTED = 500
"""So many hits are counted; there may be more."""
ROOMS_AS_TAGS = 800
WINDOWS = 20
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
    message_id: UUID
    seq: int


def found(
    person: Person,
    meaning: Meaning,
    kind: DocumentKind,
    *,
    before: int | None = None,
    limit: int = COUNTED + 1,
) -> Sequence[Found]:
    """Messages, or files, that fit and that the person may read, the newest first."""
    expression = _where(person, meaning, kind)
    if expression is None or (times := _times(meaning)) is None:
        return []
    rows: list[Found] = []
    for _window in range(WINDOWS):
        fitting = newest_matching(expression, SearchDocument.id).where(
            SearchDocument.kind == kind, *times
        )
        if before is not None:
            fitting = fitting.where(place() < before)
        ids = db.session.scalars(fitting.limit(limit)).all()
        rows += _readable(person, ids)
        if len(ids) < limit or len(rows) >= limit:
            break
        before = ids[-1]
    return rows[:limit]


def _readable(person: Person, ids: Sequence[int]) -> list[Found]:
    """Those of these documents that the person may read, the newest first: the one access rule."""
    asked = (
        select(
            SearchDocument.id,
            SearchDocument.kind,
            SearchDocument.subject_id,
            Message.conversation_id,
            Message.author_id,
            Message.created_at,
            Message.id,
            Message.seq,
        )
        .outerjoin(MessageFile, _holds())
        .join(Message, Message.id == _message_id())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            SearchDocument.id.in_(ids),
            Message.deleted_at.is_(None),
            or_(readable_by(person), kept_by(person)),
        )
        .order_by(SearchDocument.id.desc())
    )
    return [Found(*row) for row in db.session.execute(asked)] if ids else []


def _where(person: Person, meaning: Meaning, kind: DocumentKind) -> Expression | None:
    """The expression, narrowed to what the person reads already within the index.

    That only saves looking at the others: who may read what is asked by `found`.
    """
    readable = set(db.session.scalars(select(Conversation.id).where(readable_by(person))))
    asked = meaning.conversation_ids
    rooms = readable if asked is None else readable & asked
    own: Expression = Tag(tags.author(person.id))
    places = _tags(rooms)
    if asked is None:
        places.append(own)  # what one wrote for a post stays one's own to read
    elif hidden := asked - readable:
        places.append(All(own, Any(*_tags(hidden))))
    if not places:
        return None
    parts = list(meaning.parts)
    if kind == DocumentKind.FILE or len(places) > ROOMS_AS_TAGS:
        parts.append(Tag(tags.kind(kind)))
    if len(places) <= ROOMS_AS_TAGS:
        parts.append(Any(*places))
    return All(*parts)


def _tags(conversation_ids: Collection[UUID]) -> list[Expression]:
    return [Tag(tags.conversation(row)) for row in sorted(conversation_ids)]


def _holds() -> ColumnElement[bool]:
    return and_(
        SearchDocument.kind == DocumentKind.FILE,
        MessageFile.file_id == SearchDocument.subject_id,
    )


def _message_id() -> ColumnElement[UUID]:
    return func.coalesce(MessageFile.message_id, SearchDocument.subject_id, type_=Uuid())


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
        .where(SearchDocument.at >= instant)
        .order_by(SearchDocument.at)
        .limit(1)
    )
