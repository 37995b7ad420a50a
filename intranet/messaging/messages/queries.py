"""Questions about messages. Pages go by `seq` or `rev`, never by counting rows."""

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    inspect,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.messages.models import (
    Forward,
    Mention,
    Message,
    MessageFile,
    MessageVersion,
    Reaction,
)
from intranet.organisation.people.models import Person
from intranet.platform.core.database import ask
from intranet.platform.core.parsing import PLACES
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import given

PAGE = 50
FEW, SEVERAL = 50, 151
"""Of changes at first, and then: together one more than an answer holds."""
FACES = 3


def message(message_id: UUID) -> Message | None:
    """A message with all that is shown of it."""
    return db.session.scalar(select_whole().where(Message.id == message_id))


def several(message_ids: Collection[UUID]) -> Sequence[Message]:
    """These messages with all that is shown of them, in their order."""
    return db.session.scalars(
        select_whole().where(Message.id.in_(message_ids)).order_by(Message.seq)
    ).all()


def whole(row: Message) -> Message:
    """The message with all that is shown of it, asked for only where it is not at hand."""
    if {"files", "reactions", "parent", "forward"} & inspect(row).unloaded:
        return message(row.id) or row
    return row


def latest(conversation_id: UUID, limit: int = PAGE) -> Sequence[Message]:
    """The newest messages, in their order."""
    return _backwards(Message.conversation_id == conversation_id, limit)


def before(conversation_id: UUID, seq: int, limit: int = PAGE) -> Sequence[Message]:
    """The messages before a place, in their order."""
    return _backwards(and_(Message.conversation_id == conversation_id, Message.seq < seq), limit)


def after(conversation_id: UUID, seq: int, limit: int = PAGE) -> Sequence[Message]:
    """The messages after a place, in their order."""
    return db.session.scalars(
        select_whole()
        .where(Message.conversation_id == conversation_id, Message.seq > seq)
        .order_by(Message.seq)
        .limit(limit)
    ).all()


def around(conversation_id: UUID, seq: int, limit: int = PAGE) -> Sequence[Message]:
    """The messages around a place, in their order, itself in the middle.

    Places are contiguous. Asked for in two halves, an answer in the second would load the message
    in the first that it answers anew, without what is shown of it.
    """
    first = seq - limit // 2
    return db.session.scalars(
        select_whole()
        .where(
            Message.conversation_id == conversation_id,
            Message.seq.between(first, min(first + limit - 1, PLACES)),
        )
        .order_by(Message.seq)
    ).all()


def changed_since(conversation_id: UUID, rev: int, *, first: int = FEW) -> Iterator[Message]:
    """What was posted or changed after a revision, in the order of the changes.

    It is read by and by, for of long messages few are wanted. What came before is to be shown
    before more is taken: an answer reads the message that it answers anew, without what is shown.
    """
    limit = first
    while True:
        asked = {"in_id": conversation_id, "rev": rev, "limit": limit}
        found = db.session.scalars(_changed(), asked).all()
        yield from found
        if len(found) < limit:
            return
        rev, limit = found[-1].rev, SEVERAL


@cache
def _changed() -> Select[Message]:
    return (
        select_whole()
        .where(Message.conversation_id == given("in_id"), Message.rev > bindparam("rev"))
        .order_by(Message.rev)
        .limit(bindparam("limit"))
    )


def has_revision(conversation_id: UUID, lowest: int, before: int) -> bool:
    """Whether a message stands at a revision from `lowest` on and below `before`."""
    within = and_(Message.rev >= lowest, Message.rev < before)
    found = select(Message.id).where(Message.conversation_id == conversation_id, within).limit(1)
    return db.session.scalar(found) is not None


def replies(parent_id: UUID, *, after_seq: int = 0, limit: int = 200) -> Sequence[Message]:
    """The answers to a message, in their order."""
    return db.session.scalars(
        select_whole()
        .where(Message.parent_id == parent_id, Message.seq > after_seq)
        .order_by(Message.seq)
        .limit(limit)
    ).all()


def replies_around(parent_id: UUID, seq: int, limit: int) -> Sequence[Message]:
    """The answers around a place, in their order; the latest, if that is none of an answer."""
    answers = Message.parent_id == parent_id
    at = select(Message.id).where(answers, Message.seq == seq)
    if db.session.scalar(at) is None:
        return _backwards(answers, limit)
    half = limit // 2
    earlier = _backwards(and_(answers, Message.seq < seq), half)
    return [*earlier, *replies(parent_id, after_seq=seq - 1, limit=limit - half)]


def is_reply_at(conversation_id: UUID, seq: int) -> bool:
    """Whether the message at a place stands in a thread."""
    asked = select(Message.parent_id).where(
        Message.conversation_id == conversation_id, Message.seq == seq
    )
    return db.session.scalar(asked) is not None


def has_reply_before(parent_id: UUID, seq: int) -> bool:
    """Whether a message was answered before a place."""
    return _has_reply(parent_id, Message.seq < seq)


def has_reply_after(parent_id: UUID, seq: int) -> bool:
    """Whether a message was answered after a place."""
    return _has_reply(parent_id, Message.seq > seq)


def pinned(conversation_id: UUID) -> Sequence[Message]:
    """What is kept at hand, the latest pin first."""
    return db.session.scalars(
        select_whole()
        .where(Message.conversation_id == conversation_id, Message.pinned_at.is_not(None))
        .order_by(Message.pinned_at.desc())
    ).all()


def pin_count(conversation_id: UUID) -> int:
    """How many messages are pinned."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Message.conversation_id == conversation_id, Message.pinned_at.is_not(None)
            )
        )
        or 0
    )


def versions(message_id: UUID) -> Sequence[MessageVersion]:
    """What a message said before, the latest first; of one that is hidden nothing."""
    return db.session.scalars(
        select(MessageVersion)
        .join(Message, Message.id == MessageVersion.message_id)
        .where(MessageVersion.message_id == message_id, Message.deleted_at.is_(None))
        .order_by(MessageVersion.written_at.desc())
    ).all()


def file_ids_of(message_id: UUID) -> Sequence[UUID]:
    """Ids of the files on a message."""
    return db.session.scalars(
        select(MessageFile.file_id).where(MessageFile.message_id == message_id)
    ).all()


def emoji_of(message_id: UUID) -> set[str]:
    """The different signs under a message."""
    return set(db.session.scalars(select(Reaction.emoji).where(Reaction.message_id == message_id)))


def has_reacted(person: Person, message: Message, emoji: str) -> bool:
    """Whether the person's sign is under the message."""
    return db.session.get(Reaction, (message.id, person.id, emoji)) is not None


def called_by(message_id: UUID) -> set[UUID]:
    """Whom a message calls."""
    return set(
        db.session.scalars(select(Mention.person_id).where(Mention.message_id == message_id))
    )


def calls_to(person: Person, message_ids: Collection[UUID]) -> set[UUID]:
    """Which of these messages call this person."""
    if not message_ids:
        return set()
    return set(
        db.session.scalars(
            select(Mention.message_id).where(
                Mention.person_id == person.id, Mention.message_id.in_(message_ids)
            )
        )
    )


@per_request
def mention_counts(person: Person) -> dict[UUID, int]:
    """How many unread messages call this person, by conversation."""
    return {row.conversation_id: row.calls for row in ask(_mention_counts(), person_id=person.id)}


@cache
def _mention_counts() -> Select[Any, *tuple[Any, ...]]:
    return (
        select(Mention.conversation_id, func.count().label("calls"))
        .outerjoin(
            Place,
            and_(
                Place.conversation_id == Mention.conversation_id,
                Place.person_id == Mention.person_id,
            ),
        )
        .where(
            Mention.person_id == given("person_id"),
            Mention.seq > func.coalesce(Place.read_seq, 0),
        )
        .group_by(Mention.conversation_id)
    )


def last_messages(conversation_ids: Collection[UUID]) -> dict[UUID, Message]:
    """The newest message of each conversation."""
    rows = db.session.scalars(
        select(Message)
        .join(
            Conversation,
            and_(Conversation.id == Message.conversation_id, Conversation.last_seq == Message.seq),
        )
        .where(Conversation.id.in_(conversation_ids))
    )
    return {row.conversation_id: row for row in rows}


def recent_replies(parent_ids: Collection[UUID]) -> dict[UUID, list[Message]]:
    """The answers to each of these messages, the latest first, for faces and times."""
    if not parent_ids:
        return {}
    ranked = (
        select(
            Message.id,
            func.row_number()
            .over(partition_by=Message.parent_id, order_by=Message.seq.desc())
            .label("rank"),
        )
        .where(Message.parent_id.in_(parent_ids), Message.deleted_at.is_(None))
        .subquery()
    )
    rows = db.session.scalars(
        select(Message)
        .join(ranked, ranked.c.id == Message.id)
        .where(ranked.c.rank <= FACES)
        .order_by(Message.seq.desc())
    )
    found: dict[UUID, list[Message]] = {}
    for row in rows:
        if row.parent_id:
            found.setdefault(row.parent_id, []).append(row)
    return found


def _has_reply(parent_id: UUID, condition: ColumnElement[bool]) -> bool:
    found = select(Message.id).where(Message.parent_id == parent_id, condition).limit(1)
    return db.session.scalar(found) is not None


def _backwards(condition: ColumnElement[bool], limit: int) -> Sequence[Message]:
    rows = db.session.scalars(
        select_whole().where(condition).order_by(Message.seq.desc()).limit(limit)
    ).all()
    return rows[::-1]


def select_whole() -> Select[Message]:
    """Messages with all that is shown of them, in a constant number of queries."""
    return (
        select(Message)
        .options(
            selectinload(Message.files).joinedload(MessageFile.file),
            selectinload(Message.reactions),
            joinedload(Message.parent),
            joinedload(Message.forward).selectinload(Forward.files).joinedload(MessageFile.file),
        )
        .execution_options(populate_existing=True)
    )
