"""What is shown of messages and files that were found: who, where, when, and the words marked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from intranet.conversations.faces import Face, faces_of
from intranet.conversations.listing import title_of
from intranet.conversations.models import Conversation
from intranet.extensions import db
from intranet.files.models import File, TextState
from intranet.index.models import DocumentKind
from intranet.messages.documents import plain_text
from intranet.messages.models import Message
from intranet.people.models import Person
from intranet.search.excerpts import Piece, Wanted, excerpt, marked
from intranet.search.queries import Found


@dataclass(frozen=True)
class Room:
    """A conversation, as it is called for the reader."""

    id: UUID
    title: str
    is_talk: bool


@dataclass(frozen=True)
class Hit:
    """A message or file that was found. `name` is the file's."""

    found: Found
    author: Face
    caption: str
    room: Room
    excerpt: Sequence[Piece]
    name: Sequence[Piece] = ()
    file: File | None = None

    @property
    def at(self) -> datetime:
        """When it was sent."""
        return self.found.at

    @property
    def address(self) -> str:
        """The message in its place."""
        return f"/c/{self.found.conversation_id}/m/{self.found.seq}"

    @property
    def is_unreadable(self) -> bool:
        """Whether the file can be found by its name only."""
        return self.file is not None and self.file.text_state == TextState.UNREADABLE


class Reading:
    """Reads what is shown of hits, in a number of queries that does not grow with them."""

    def __init__(self, viewer: Person, wanted: Sequence[Wanted]) -> None:
        """Take who reads, and which words are to be marked."""
        self._viewer = viewer
        self._wanted = wanted

    def hits(self, rows: Sequence[Found]) -> list[Hit]:
        """What is shown of these, in their order."""
        messages = _messages({row.message_id for row in rows})
        files = _files({row.subject_id for row in rows if row.kind == DocumentKind.FILE})
        rooms = rooms_named({row.conversation_id for row in rows}, self._viewer)
        faces = faces_of({row.author_id for row in rows}, self._viewer)
        return [
            self._file(row, messages[row.message_id], files[row.subject_id], rooms, faces)
            if row.kind == DocumentKind.FILE
            else self._message(row, messages[row.message_id], rooms, faces)
            for row in rows
            if row.message_id in messages
            and (row.kind == DocumentKind.MESSAGE or row.subject_id in files)
        ]

    def _message(
        self, row: Found, message: Message, rooms: Mapping[UUID, Room], faces: Mapping[UUID, Face]
    ) -> Hit:
        return Hit(
            found=row,
            author=faces[row.author_id],
            caption=message.caption,
            room=rooms[row.conversation_id],
            excerpt=excerpt(plain_text(message.body), self._wanted),
        )

    def _file(
        self,
        row: Found,
        message: Message,
        file: File,
        rooms: Mapping[UUID, Room],
        faces: Mapping[UUID, Face],
    ) -> Hit:
        said = excerpt(" ".join(filter(None, (file.alternative, file.text))), self._wanted)
        return Hit(
            found=row,
            author=faces[row.author_id],
            caption=message.caption,
            room=rooms[row.conversation_id],
            excerpt=said if any(piece.is_hit for piece in said) else (),
            name=marked(file.name, self._wanted),
            file=file,
        )


def rooms_named(ids: Collection[UUID], viewer: Person) -> dict[UUID, Room]:
    """These conversations, as they are called for a reader who may know them."""
    rooms = db.session.scalars(
        select(Conversation)
        .where(Conversation.id.in_(ids))
        .options(selectinload(Conversation.participants))
    ).all()
    others = {row.person_id for room in rooms for row in room.participants}
    faces = faces_of(others, viewer)
    return {
        room.id: Room(room.id, title_of(room, viewer, faces), is_talk=room.space is None)
        for room in rooms
    }


def _messages(ids: Collection[UUID]) -> dict[UUID, Message]:
    return {row.id: row for row in db.session.scalars(select(Message).where(Message.id.in_(ids)))}


def _files(ids: Collection[UUID]) -> dict[UUID, File]:
    if not ids:
        return {}
    asked = select(File).where(File.id.in_(ids)).options(undefer(File.text))
    return {row.id: row for row in db.session.scalars(asked)}
