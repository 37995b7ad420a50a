"""What is found of messages and files, through the one access rule; the newest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, func, or_, select

from intranet.conversations.access import readable_by
from intranet.conversations.models import Conversation
from intranet.extensions import db
from intranet.index import tags
from intranet.index.expressions import All, Any, Expression, Tag
from intranet.index.models import DocumentKind, SearchDocument
from intranet.index.queries import matching, newest, place
from intranet.messages.access import kept_by
from intranet.messages.models import Message, MessageFile
from intranet.people.models import Person
from intranet.search.understanding import Meaning

COUNTED = 1_000
"""So many hits are counted; there may be more."""
ROOMS_AS_TAGS = 800


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
    if expression is None:
        return []
    asked = (
        matching(
            expression,
            SearchDocument.id,
            SearchDocument.kind,
            SearchDocument.subject_id,
            SearchDocument.conversation_id,
            SearchDocument.author_id,
            SearchDocument.at,
            Message.id,
            Message.seq,
        )
        .outerjoin(MessageFile, _holds())
        .join(Message, Message.id == _message_id())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            SearchDocument.kind == kind,
            Message.deleted_at.is_(None),
            or_(readable_by(person), kept_by(person)),
            *_times(meaning),
        )
        .order_by(newest())
        .limit(limit)
    )
    if before is not None:
        asked = asked.where(place() < before)
    return [Found(*row) for row in db.session.execute(asked)]


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


def _times(meaning: Meaning) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if meaning.since:
        found.append(SearchDocument.at >= meaning.since)
    if meaning.until:
        found.append(SearchDocument.at < meaning.until)
    return found
