"""What is shown of messages and files that were found: who, where, when, and the words marked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from intranet.attention.search.excerpts import Piece, Wanted, excerpt, marked
from intranet.attention.search.queries import Found
from intranet.delivery.files.models import File, TextState
from intranet.extensions import db
from intranet.messaging.conversations.faces import Face, faces_of
from intranet.messaging.conversations.listing import titles_of
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.documents import plain_text
from intranet.messaging.messages.models import Message
from intranet.organisation.people.models import Person
from intranet.platform.index.models import DocumentKind


@dataclass(frozen=True)
class Room:
    """A conversation, as it is called for the reader."""

    id: UUID
    title: str
    icon: str


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


class Names:
    """What conversations and people are called for a reader, looked up at once."""

    def __init__(
        self, viewer: Person, room_ids: Iterable[UUID] = (), person_ids: Iterable[UUID] = ()
    ) -> None:
        """Look up those of whom something is shown; the reader may know of them."""
        rooms = db.session.scalars(
            select(Conversation)
            .where(Conversation.id.in_(set(room_ids)))
            .options(selectinload(Conversation.participants))
        ).all()
        others = (row.person_id for room in rooms for row in room.participants)
        self.faces = faces_of({*person_ids, *others}, viewer)
        titles = titles_of(rooms, viewer, self.faces)
        self.rooms = {room.id: Room(room.id, titles[room.id], _icon(room)) for room in rooms}


def _icon(room: Conversation) -> str:
    if room.space is not None:
        return "hash"
    if room.kind == ConversationKind.DISCUSSION:
        return "messages-square"
    return "stamp" if room.post_id else "user"


def hits_of(rows: Sequence[Found], wanted: Sequence[Wanted], names: Names) -> list[Hit]:
    """What is shown of these, in their order; in a number of queries that does not grow."""
    messages = _messages({row.message_id for row in rows})
    files = _files({row.subject_id for row in rows if row.kind == DocumentKind.FILE})
    hits = []
    for row in rows:
        message, file = messages.get(row.message_id), files.get(row.subject_id)
        if message is None or (file is None and row.kind == DocumentKind.FILE):
            continue  # gone, this moment
        said = _said(message, file)
        shown = excerpt(said, wanted)
        hits.append(
            Hit(
                found=row,
                author=names.faces[row.author_id],
                caption=message.caption,
                room=names.rooms[row.conversation_id],
                excerpt=shown if file is None or any(piece.is_hit for piece in shown) else (),
                name=marked(file.name, wanted) if file else (),
                file=file,
            )
        )
    return hits


def _said(message: Message, file: File | None) -> str:
    if file is None:
        return plain_text(message.said)
    return " ".join(filter(None, (file.alternative, file.text)))


def _messages(ids: Collection[UUID]) -> dict[UUID, Message]:
    return {row.id: row for row in db.session.scalars(select(Message).where(Message.id.in_(ids)))}


def _files(ids: Collection[UUID]) -> dict[UUID, File]:
    if not ids:
        return {}
    asked = select(File).where(File.id.in_(ids)).options(undefer(File.text))
    return {row.id: row for row in db.session.scalars(asked)}
