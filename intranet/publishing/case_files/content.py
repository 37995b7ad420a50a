"""The messages of a case file with their earlier versions, and their digest."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.listing import title_of
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.participants import with_participants
from intranet.messaging.messages.models import Message, MessageVersion
from intranet.messaging.messages.queries import several
from intranet.organisation.people.models import Person

MAX_MESSAGES = 500


@dataclass(frozen=True)
class CaseFileMessage:
    """A message of a case file with its earlier versions, the oldest first."""

    message: Message
    versions: Sequence[MessageVersion]


def messages_at(conversation_id: UUID, seqs: Collection[int]) -> list[CaseFileMessage]:
    """Return the messages with these sequence numbers, in order, in a fixed number of queries."""
    ids = db.session.scalars(
        select(Message.id).where(
            Message.conversation_id == conversation_id, Message.seq.in_(list(seqs))
        )
    ).all()
    messages = several(ids)
    versions: dict[UUID, list[MessageVersion]] = {}
    for row in db.session.scalars(
        select(MessageVersion)
        .where(MessageVersion.message_id.in_(ids))
        .order_by(MessageVersion.written_at, MessageVersion.id)
    ):
        versions.setdefault(row.message_id, []).append(row)
    return [CaseFileMessage(message, versions.get(message.id, ())) for message in messages]


def name_of(conversation: Conversation, viewer: Person) -> str:
    """Return the title of a conversation as the maker of a case file sees it."""
    people = with_participants(conversation).participants
    faces = faces_of([row.person_id for row in people], viewer)
    return title_of(conversation, viewer, faces)


def digest(said: Sequence[CaseFileMessage]) -> str:
    """Return the SHA-256 of the messages as sorted JSON, with times in UTC."""
    return _sha256([_plain(each) for each in said])


def message_digest(said: CaseFileMessage) -> str:
    """Return the SHA-256 of a message as sorted JSON."""
    return _sha256(_plain(said))


def _plain(said: CaseFileMessage) -> dict[str, object]:
    message = said.message
    return {
        "message": str(message.id),
        "conversation": str(message.conversation_id),
        "place": message.seq,
        "answers": message.parent.seq if message.parent else None,
        "author": str(message.author_id),
        "name": message.author.name,
        "caption": message.caption,
        "written_at": _at(message.created_at),
        "edited_at": _at(message.edited_at),
        "deleted_at": _at(message.deleted_at),
        "body": message.said,
        "before": [
            {"body": version.body, "written_at": _at(version.written_at)}
            for version in said.versions
        ],
        "files": [[held.file.name, held.file.sha256] for held in message.files],
    }


def _at(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat(timespec="microseconds") if instant else None


def _sha256(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
