"""Messages and their files as the index knows them."""

import re
from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.conversations.models import ConversationKind
from intranet.messaging.messages.models import Message, MessageFile
from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import Document

_MENTION = re.compile(r"@\[([^\]\[]{0,200})\]\([a-z]{1,20}:[^)\s]{1,80}\)")
_LINK = re.compile(r"\[([^\]\[]{0,500})\]\(([^)\s]{0,2000})\)")


def plain_text(body: str) -> str:
    """A message as it is read, but for the signs of its markup: a mention is what it says."""
    if "](" not in body:
        return body
    return _LINK.sub(r"\1 \2", _MENTION.sub(r"@\1", body))


def message_document(message: Message, *, holds_file: bool) -> Document:
    """What a message says, in its place among the others."""
    return Document(
        kind=DocumentKind.MESSAGE,
        subject_id=message.id,
        conversation_id=message.conversation_id,
        author_id=message.author_id,
        at=message.created_at,
        body=plain_text(message.said),
        tags=[*_tags(message, DocumentKind.MESSAGE), *([tags.HAS_FILE] if holds_file else [])],
    )


def file_document(message: Message, file: File, text: str | None = None) -> Document:
    """A file by its name, its description and its text, where the message stands that holds it."""
    return Document(
        kind=DocumentKind.FILE,
        subject_id=file.id,
        conversation_id=message.conversation_id,
        author_id=message.author_id,
        at=message.created_at,
        title=file.name,
        body=" ".join(filter(None, (file.alternative, text))),
        tags=_tags(message, DocumentKind.FILE),
    )


def documents_of(messages: Iterable[Message]) -> list[Document]:
    """All documents of messages, with what has been read of their files by now."""
    return [
        document
        for message in messages
        for document in (
            message_document(message, holds_file=bool(message.files)),
            *(file_document(message, held.file, held.file.text) for held in message.files),
        )
    ]


def newest_before(last: tuple[object, UUID] | None, limit: int) -> list[UUID]:
    """Ids of messages that stand, from the newest to the oldest, after a time and an id."""
    asked = select(Message.id).where(Message.deleted_at.is_(None))
    if last:
        at, message_id = last
        asked = asked.where(
            or_(
                Message.created_at < at,
                and_(Message.created_at == at, Message.id < message_id),
            )
        )
    order = (Message.created_at.desc(), Message.id.desc())
    return list(db.session.scalars(asked.order_by(*order).limit(limit)))


def with_files(message_ids: Collection[UUID]) -> list[Message]:
    """These messages, the oldest first, with their files and what they say."""
    files = selectinload(Message.files).joinedload(MessageFile.file).options(undefer(File.text))
    return list(
        db.session.scalars(
            select(Message)
            .where(Message.id.in_(message_ids), Message.deleted_at.is_(None))
            .options(files, joinedload(Message.author), joinedload(Message.conversation))
            .order_by(Message.created_at, Message.id)
            .execution_options(populate_existing=True)
        )
    )


def _tags(message: Message, kind: DocumentKind) -> list[str]:
    return [
        tags.kind(kind),
        tags.conversation(message.conversation_id),
        tags.author(message.author_id),
        *([tags.DISCUSSION] if message.conversation.kind == ConversationKind.DISCUSSION else []),
    ]
