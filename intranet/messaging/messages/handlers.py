"""Handlers within the transaction of a message: search documents and thread followers."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, inspect, select

from intranet.delivery.files.events import FileRead
from intranet.delivery.files.models import File
from intranet.delivery.files.text import READ, is_readable
from intranet.extensions import db
from intranet.messaging.conversations.events import SpeakersChanged, TalkDeclined
from intranet.messaging.conversations.queries import (
    channel_ids_of,
    participant_ids,
    post_conversations,
)
from intranet.messaging.messages import queries
from intranet.messaging.messages.events import MessageChanged, MessagePosted
from intranet.messaging.messages.index_documents import file_document, message_document
from intranet.messaging.messages.models import Message, MessageDraft, MessageFile, ThreadPlace
from intranet.messaging.messages.threads import note_replies
from intranet.messaging.spaces.events import MembersChanged
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import put, remove


def index_message(event: MessagePosted) -> None:
    """Index a new message and the names of its files; their text is extracted later."""
    with unit_of_work() as work:
        work.gather(_index, [event.message_id])


def _index(message_ids: Collection[UUID]) -> None:
    messages = [db.session.get_one(Message, message_id) for message_id in sorted(message_ids)]
    for message in messages:
        if "files" in inspect(message).unloaded:  # a reply has reloaded it since
            db.session.refresh(message, ["files"])
    put(
        document
        for message in messages
        for document in (
            message_document(message, holds_file=bool(message.files)),
            *(file_document(message, held.file) for held in message.files),
        )
    )
    if files := [held.file for message in messages for held in message.files]:
        enqueue_extraction(files)


def note_reply(event: MessagePosted) -> None:
    """Count a reply as unread for the followers of its thread."""
    if event.shown.get("parent_id"):
        with unit_of_work() as work:
            work.gather(note_replies, [event.message_id])


def forget_left(event: MembersChanged) -> None:
    """Delete drafts and followed threads in the channels of the spaces that people left."""
    for change in event.changes:
        if change.left:
            _forget(channel_ids_of([change.space_id]), change.left)


def forget_declined(event: TalkDeclined) -> None:
    """Do as `forget_left` for a direct message that a person left."""
    _forget([event.conversation_id], [event.person_id])


def forget_speakers(event: SpeakersChanged) -> None:
    """Do as `forget_left` for the conversations of a post whose speakers have changed."""
    for talk in post_conversations([event.post_id]) if event.left else ():
        _forget([talk.id], set(event.left) - participant_ids(talk))


def _forget(conversation_ids: Collection[UUID], person_ids: Collection[UUID]) -> None:
    if not conversation_ids or not person_ids:
        return
    with unit_of_work():
        for table in (MessageDraft, ThreadPlace):
            left = table.conversation_id.in_(conversation_ids), table.person_id.in_(person_ids)
            db.session.execute(delete(table).where(*left))


def index_change(event: MessageChanged) -> None:
    """Index the new text of a message; remove a deleted one. Reactions change nothing.

    The files of a deleted message were discarded with it (`files.operations.discard`). Those of a
    hidden one are kept, and become searchable again with it.
    """
    message = db.session.get_one(Message, event.message_id)
    if message.body_rev != event.rev:
        return
    if message.deleted_at:
        remove(DocumentKind.MESSAGE, [message.id])
        remove(DocumentKind.FILE, queries.file_ids_of(message.id))
    else:
        put([message_document(message, holds_file=bool(queries.file_ids_of(message.id)))])


def index_file(event: FileRead) -> None:
    """Index the text of a file that is attached to a message."""
    row = db.session.execute(
        select(Message, File)
        .join(MessageFile, MessageFile.message_id == Message.id)
        .join(File, File.id == MessageFile.file_id)
        .where(File.id == event.file_id, Message.deleted_at.is_(None))
    ).first()
    if row:
        message, file = row
        put([file_document(message, file, file.text)])


def enqueue_extraction(files: list[File]) -> None:
    """Enqueue the extraction of text from files that allow it and were not read yet."""
    with unit_of_work() as work:
        for file in files:
            if is_readable(file) and file.text_state is None:
                enqueue(work, READ, {"file_id": str(file.id)})
