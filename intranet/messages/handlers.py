"""What is written along with a message: by which words it and its files are found."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import inspect, select

from intranet.core.outbox import owe
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.files.events import FileRead
from intranet.files.models import File
from intranet.files.text import READ, is_readable
from intranet.index.models import DocumentKind
from intranet.index.operations import put, remove
from intranet.messages import queries
from intranet.messages.documents import file_document, message_document
from intranet.messages.events import MessageChanged, MessagePosted
from intranet.messages.models import Message, MessageFile


def index_message(event: MessagePosted) -> None:
    """Let a message be found, its files by their names at once; what they say is read after it."""
    with unit_of_work() as work:
        work.gather(_index, [event.message_id])


def _index(message_ids: Collection[UUID]) -> None:
    messages = [db.session.get_one(Message, message_id) for message_id in sorted(message_ids)]
    for message in messages:
        if "files" in inspect(message).unloaded:  # it was answered since, and read anew as that
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
        owe_reading(files)


def index_change(event: MessageChanged) -> None:
    """Let a message be found by what it says now; a deleted one no more. Signs change nothing.

    The files of a deleted one went with it (`files.operations.discard`); those of a hidden one
    wait with it, and are found again with it.
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
    """Let a file be found by what it says, where a message holds it."""
    row = db.session.execute(
        select(Message, File)
        .join(MessageFile, MessageFile.message_id == Message.id)
        .join(File, File.id == MessageFile.file_id)
        .where(File.id == event.file_id, Message.deleted_at.is_(None))
    ).first()
    if row:
        message, file = row
        put([file_document(message, file, file.text)])


def owe_reading(files: list[File]) -> None:
    """Have the text of files read that can be and were not yet."""
    with unit_of_work() as work:
        for file in files:
            if is_readable(file) and file.text_state is None:
                owe(work, READ, {"file_id": str(file.id)})
