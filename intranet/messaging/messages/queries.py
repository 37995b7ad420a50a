"""Queries on messages. Pages go by `seq` or `rev`, never by counting rows."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
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
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import among, id_parameter

PAGE_SIZE = 50
FIRST_BATCH_SIZE, BATCH_SIZE = 50, 151
"""Sizes of the first batch of changes and of later ones; the two exceed an answer by one."""
MAX_FACES = 3


def message(message_id: UUID) -> Message | None:
    """Return a message with everything that is shown of it."""
    return db.session.scalar(select_messages().where(Message.id == message_id))


def several(message_ids: Collection[UUID]) -> Sequence[Message]:
    """Return these messages with everything that is shown of them, in order."""
    return db.session.scalars(
        select_messages().where(Message.id.in_(message_ids)).order_by(Message.seq)
    ).all()


def load_message(row: Message) -> Message:
    """Return the message with everything that is shown of it, loaded only if missing."""
    if {"files", "reactions", "parent", "forward"} & inspect(row).unloaded:
        return message(row.id) or row
    return row


def latest(conversation_id: UUID, limit: int = PAGE_SIZE) -> Sequence[Message]:
    """Return the newest messages, in order."""
    return _backwards(Message.conversation_id == conversation_id, limit)


def before(conversation_id: UUID, seq: int, limit: int = PAGE_SIZE) -> Sequence[Message]:
    """Return the messages before a sequence number, in order."""
    return _backwards(and_(Message.conversation_id == conversation_id, Message.seq < seq), limit)


def after(conversation_id: UUID, seq: int, limit: int = PAGE_SIZE) -> Sequence[Message]:
    """Return the messages after a sequence number, in order."""
    return db.session.scalars(
        select_messages()
        .where(Message.conversation_id == conversation_id, Message.seq > seq)
        .order_by(Message.seq)
        .limit(limit)
    ).all()


def around(conversation_id: UUID, seq: int, limit: int = PAGE_SIZE) -> Sequence[Message]:
    """Return messages around a sequence number, in order, with its message in the middle.

    Sequence numbers are contiguous, so one query does. With two, a reply in the second half would
    reload its parent from the first without what is shown of it.
    """
    first = seq - limit // 2
    return db.session.scalars(
        select_messages()
        .where(
            Message.conversation_id == conversation_id,
            Message.seq.between(first, min(first + limit - 1, MAX_INTEGER)),
        )
        .order_by(Message.seq)
    ).all()


def changed_since(
    conversation_id: UUID, rev: int, *, first: int = FIRST_BATCH_SIZE
) -> Iterator[Message]:
    """Yield the messages posted or changed after a revision, in the order of the changes.

    They are read in batches, because only few long messages fit in a response. Serialise each
    before taking the next: a reply reloads its parent without what is shown of it.
    """
    limit = first
    while True:
        asked = {"in_id": conversation_id, "rev": rev, "limit": limit}
        found = db.session.scalars(_changed(), asked).all()
        yield from found
        if len(found) < limit:
            return
        rev, limit = found[-1].rev, BATCH_SIZE


@cache
def _changed() -> Select[Message]:
    return (
        select_messages()
        .where(Message.conversation_id == id_parameter("in_id"), Message.rev > bindparam("rev"))
        .order_by(Message.rev)
        .limit(bindparam("limit"))
    )


def has_revision(conversation_id: UUID, lowest: int, before: int) -> bool:
    """Return whether a message has a revision from `lowest` on and below `before`."""
    within = and_(Message.rev >= lowest, Message.rev < before)
    found = select(Message.id).where(Message.conversation_id == conversation_id, within).limit(1)
    return db.session.scalar(found) is not None


def replies(parent_id: UUID, *, after_seq: int = 0, limit: int = 200) -> Sequence[Message]:
    """Return the replies to a message, in order."""
    return db.session.scalars(
        select_messages()
        .where(Message.parent_id == parent_id, Message.seq > after_seq)
        .order_by(Message.seq)
        .limit(limit)
    ).all()


def replies_around(parent_id: UUID, seq: int, limit: int) -> Sequence[Message]:
    """Return the replies around a sequence number, in order; the latest if no reply has it."""
    answers = Message.parent_id == parent_id
    at = select(Message.id).where(answers, Message.seq == seq)
    if db.session.scalar(at) is None:
        return _backwards(answers, limit)
    half = limit // 2
    earlier = _backwards(and_(answers, Message.seq < seq), half)
    return [*earlier, *replies(parent_id, after_seq=seq - 1, limit=limit - half)]


def is_reply_at(conversation_id: UUID, seq: int) -> bool:
    """Return whether the message with this sequence number is a reply."""
    asked = select(Message.parent_id).where(
        Message.conversation_id == conversation_id, Message.seq == seq
    )
    return db.session.scalar(asked) is not None


def has_reply_before(parent_id: UUID, seq: int) -> bool:
    """Return whether a message has a reply before a sequence number."""
    return _has_reply(parent_id, Message.seq < seq)


def has_reply_after(parent_id: UUID, seq: int) -> bool:
    """Return whether a message has a reply after a sequence number."""
    return _has_reply(parent_id, Message.seq > seq)


def pinned(conversation_id: UUID) -> Sequence[Message]:
    """Return the pinned messages of a conversation, the latest pin first."""
    return db.session.scalars(
        select_messages()
        .where(Message.conversation_id == conversation_id, Message.pinned_at.is_not(None))
        .order_by(Message.pinned_at.desc())
    ).all()


def pin_count(conversation_id: UUID) -> int:
    """Return how many messages are pinned."""
    return (
        db.session.scalar(
            select(func.count()).where(
                Message.conversation_id == conversation_id, Message.pinned_at.is_not(None)
            )
        )
        or 0
    )


def versions(message_id: UUID) -> Sequence[MessageVersion]:
    """Return the earlier versions of a message, the latest first; none if hidden or deleted."""
    return db.session.scalars(
        select(MessageVersion)
        .join(Message, Message.id == MessageVersion.message_id)
        .where(MessageVersion.message_id == message_id, Message.deleted_at.is_(None))
        .order_by(MessageVersion.written_at.desc())
    ).all()


def file_ids_of(message_id: UUID) -> Sequence[UUID]:
    """Return the ids of the files on a message."""
    return db.session.scalars(
        select(MessageFile.file_id).where(MessageFile.message_id == message_id)
    ).all()


def emoji_of(message_id: UUID) -> set[str]:
    """Return the different reactions to a message."""
    return set(db.session.scalars(select(Reaction.emoji).where(Reaction.message_id == message_id)))


def has_reacted(person: Person, message: Message, emoji: str) -> bool:
    """Return whether the person has reacted to the message with this emoji."""
    return db.session.get(Reaction, (message.id, person.id, emoji)) is not None


def mentioned_ids(message_id: UUID) -> set[UUID]:
    """Return the ids of the people whom a message mentions."""
    return set(
        db.session.scalars(select(Mention.person_id).where(Mention.message_id == message_id))
    )


def messages_that_mention(person: Person, message_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these messages mention this person."""
    if not message_ids:
        return set()
    asked = {"person_id": person.id, "ids": list(message_ids)}
    return set(execute_prepared(_messages_that_mention(), **asked).scalars())


@cache
def _messages_that_mention() -> Select[UUID]:
    return select(Mention.message_id).where(
        Mention.person_id == id_parameter("person_id"), among(Mention.message_id, "ids")
    )


@per_request
def mention_counts(person: Person) -> dict[UUID, int]:
    """Return the number of unread messages that mention this person, by conversation."""
    return {
        row.conversation_id: row.calls
        for row in execute_prepared(_mention_counts(), person_id=person.id)
    }


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
            Mention.person_id == id_parameter("person_id"),
            Mention.seq > func.coalesce(Place.read_seq, 0),
        )
        .group_by(Mention.conversation_id)
    )


def last_messages(conversation_ids: Collection[UUID]) -> dict[UUID, Message]:
    """Return the newest message of each conversation."""
    if not conversation_ids:
        return {}
    rows = db.session.scalars(_last_messages(), {"ids": list(conversation_ids)})
    return {row.conversation_id: row for row in rows}


@cache
def _last_messages() -> Select[Message]:
    is_last = and_(Conversation.id == Message.conversation_id, Conversation.last_seq == Message.seq)
    return select(Message).join(Conversation, is_last).where(among(Conversation.id, "ids"))


class RecentReply(NamedTuple):
    """One of the last replies to a message: by whom and when."""

    parent_id: UUID
    id: UUID
    author_id: UUID
    created_at: datetime


@per_request
def recent_replies(parent_ids: tuple[UUID, ...]) -> dict[UUID, list[RecentReply]]:
    """Return the last few replies to each of these messages, the latest first."""
    found: dict[UUID, list[RecentReply]] = {}
    for row in execute_prepared(_recent_replies(), ids=list(parent_ids)) if parent_ids else ():
        found.setdefault(row.parent_id, []).append(RecentReply._make(row))
    return found


@cache
def _recent_replies() -> Select[Any, *tuple[Any, ...]]:
    columns = (Message.parent_id, Message.id, Message.author_id, Message.created_at, Message.seq)
    place = func.row_number().over(partition_by=Message.parent_id, order_by=Message.seq.desc())
    ranked = (
        select(*columns, place.label("rank"))
        .where(among(Message.parent_id, "ids"), Message.deleted_at.is_(None))
        .subquery()
    )
    shown = (ranked.c.parent_id, ranked.c.id, ranked.c.author_id, ranked.c.created_at)
    return select(*shown).where(ranked.c.rank <= MAX_FACES).order_by(ranked.c.seq.desc())


def _has_reply(parent_id: UUID, condition: ColumnElement[bool]) -> bool:
    found = select(Message.id).where(Message.parent_id == parent_id, condition).limit(1)
    return db.session.scalar(found) is not None


def _backwards(condition: ColumnElement[bool], limit: int) -> Sequence[Message]:
    rows = db.session.scalars(
        select_messages().where(condition).order_by(Message.seq.desc()).limit(limit)
    ).all()
    return rows[::-1]


def select_messages() -> Select[Message]:
    """Select messages with everything that is shown of them, in a constant number of queries."""
    return select_in_part().options(selectinload(Message.reactions), joinedload(Message.parent))


def select_in_part() -> Select[Message]:
    """Do as `select_messages`, without parents, and reactions: a page may have hundreds."""
    return (
        select(Message)
        .options(
            selectinload(Message.files).joinedload(MessageFile.file),
            joinedload(Message.forward).selectinload(Forward.files).joinedload(MessageFile.file),
        )
        .execution_options(populate_existing=True)
    )
