"""View models of messages and files found: author, place, time, and the words marked."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from intranet.attention.search.excerpts import Piece, SearchHighlight, excerpt, marked
from intranet.attention.search.queries import SearchMatch
from intranet.delivery.files.models import File, TextState
from intranet.extensions import db
from intranet.messaging.conversations.faces import Face, faces_of
from intranet.messaging.conversations.listing import titles_of
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.messages.index_documents import plain_text
from intranet.messaging.messages.models import Message
from intranet.organisation.people.models import Person
from intranet.platform.index.models import DocumentKind


@dataclass(frozen=True)
class SearchConversation:
    """A conversation with the title the reader sees."""

    id: UUID
    title: str
    icon: str


@dataclass(frozen=True)
class SearchHit:
    """A message or file that was found. `name` is the file's."""

    found: SearchMatch
    author: Face
    caption: str
    room: SearchConversation
    excerpt: Sequence[Piece]
    name: Sequence[Piece] = ()
    file: File | None = None

    @property
    def at(self) -> datetime:
        """The time the message was sent."""
        return self.found.at

    @property
    def address(self) -> str:
        """The address of the message in its conversation."""
        return f"/c/{self.found.conversation_id}/m/{self.found.seq}"

    @property
    def is_unreadable(self) -> bool:
        """Whether the file can be found by its name only."""
        return self.file is not None and self.file.text_state == TextState.UNREADABLE


class SearchNames:
    """Titles of conversations and faces of people for a reader, looked up at once."""

    def __init__(
        self, viewer: Person, room_ids: Iterable[UUID] = (), person_ids: Iterable[UUID] = ()
    ) -> None:
        """Look up these conversations and people, without checking that the viewer may see them."""
        rooms = db.session.scalars(
            select(Conversation)
            .where(Conversation.id.in_(set(room_ids)))
            .options(selectinload(Conversation.participants))
        ).all()
        others = (row.person_id for room in rooms for row in room.participants)
        self.faces = faces_of({*person_ids, *others}, viewer)
        titles = titles_of(rooms, viewer, self.faces)
        self.rooms = {
            room.id: SearchConversation(room.id, titles[room.id], _icon(room)) for room in rooms
        }


def _icon(room: Conversation) -> str:
    if room.space is not None:
        return "hash"
    if room.kind == ConversationKind.DISCUSSION:
        return "messages-square"
    return "stamp" if room.post_id else "user"


def hits_of(
    rows: Sequence[SearchMatch], wanted: Sequence[SearchHighlight], names: SearchNames
) -> list[SearchHit]:
    """Build the hits in their order, in a number of queries that does not grow."""
    messages = _messages({row.message_id for row in rows})
    files = _files({row.subject_id for row in rows if row.kind == DocumentKind.FILE})
    hits = []
    for row in rows:
        message, file = messages.get(row.message_id), files.get(row.subject_id)
        if message is None or (file is None and row.kind == DocumentKind.FILE):
            continue  # deleted a moment ago
        said = _said(message, file)
        shown = excerpt(said, wanted)
        hits.append(
            SearchHit(
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
