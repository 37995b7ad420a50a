"""Search documents of messages and their files."""

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
from intranet.platform.index.operations import IndexDocument

_MENTION = re.compile(r"@\[([^\]\[]{0,200})\]\([a-z]{1,20}:[^)\s]{1,80}\)")
_LINK = re.compile(r"\[([^\]\[]{0,500})\]\(([^)\s]{0,2000})\)")


def plain_text(body: str) -> str:
    """Return the text of a message without Markdown signs; a mention becomes its name."""
    if "](" not in body:
        return body
    return _LINK.sub(r"\1 \2", _MENTION.sub(r"@\1", body))


def message_document(message: Message, *, holds_file: bool) -> IndexDocument:
    """Build the search document of a message."""
    return IndexDocument(
        kind=DocumentKind.MESSAGE,
        subject_id=message.id,
        conversation_id=message.conversation_id,
        author_id=message.author_id,
        at=message.created_at,
        body=plain_text(message.said),
        tags=[*_tags(message, DocumentKind.MESSAGE), *([tags.HAS_FILE] if holds_file else [])],
    )


def file_document(message: Message, file: File, text: str | None = None) -> IndexDocument:
    """Build the search document of an attached file: its name, description and text."""
    return IndexDocument(
        kind=DocumentKind.FILE,
        subject_id=file.id,
        conversation_id=message.conversation_id,
        author_id=message.author_id,
        at=message.created_at,
        title=file.name,
        body=" ".join(filter(None, (file.alternative, text))),
        tags=_tags(message, DocumentKind.FILE),
    )


def documents_of(messages: Iterable[Message]) -> list[IndexDocument]:
    """List all search documents of messages, with the file text that has been extracted so far."""
    return [
        document
        for message in messages
        for document in (
            message_document(message, holds_file=bool(message.files)),
            *(file_document(message, held.file, held.file.text) for held in message.files),
        )
    ]


def newest_before(last: tuple[object, UUID] | None, limit: int) -> list[UUID]:
    """List the ids of undeleted messages older than a time and an id, newest first."""
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
    """Return these messages, the oldest first, with their files and the files' text."""
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
