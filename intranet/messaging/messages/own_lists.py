"""A person's own lists: mentions, threads, drafts and saved messages.

Each list is paged by key. Messages that the person may no longer read are left out, or listed
without their text.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import selectinload

from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among, readable_by
from intranet.messaging.conversations.faces import Face, faces_of
from intranet.messaging.conversations.listing import icon_of, titles_of
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.conversations.queries import standings
from intranet.messaging.conversations.readable_ids import ids_readable_among
from intranet.messaging.messages import queries
from intranet.messaging.messages.drafting import draft_at
from intranet.messaging.messages.message_parts import near_caption
from intranet.messaging.messages.models import (
    Following,
    Mention,
    Message,
    MessageDraft,
    SavedMessage,
    ThreadPlace,
)
from intranet.organisation.accounts.access import current_identity
from intranet.organisation.people.models import Person
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.html import plain_text
from intranet.platform.core.per_request import already, per_request
from intranet.platform.core.types import id_parameter

PAGE_SIZE = 30
TEXT_CHARACTERS = 400
MAX_SAVED_MARKED = 200


@dataclass(frozen=True)
class OwnCounts:
    """Counts for each list: unread mentions and threads, drafts, saved messages."""

    mentions: int
    threads: int
    threads_mention: bool
    drafts: int
    saved: int
    draft_conversation_ids: frozenset[UUID]
    draft_places: frozenset[UUID]


@per_request
def own_counts(person: Person) -> OwnCounts:
    """Count the entries of the person's own lists, in a few queries.

    Entries in conversations that the person no longer reads are not counted, as they are not
    listed.
    """
    rows = execute_prepared(_counts(), person_id=person.id).all()
    begun = [row for row in rows if row.place]
    waiting = [row for row in rows if row.mentions or row.threads]
    # The list of conversations, if loaded, already says in which the person takes part.
    listed = {row.conversation.id for row in already(standings, person) or ()}
    others = {row.conversation_id for row in waiting} - listed
    readable = listed | (ids_readable_among(person, others) if others else set())
    waiting = [row for row in waiting if row.conversation_id in readable]
    return OwnCounts(
        mentions=sum(row.mentions for row in waiting),
        threads=sum(row.threads for row in waiting),
        threads_mention=any(row.named for row in waiting),
        drafts=len(begun),
        saved=sum(row.saved for row in rows),
        draft_conversation_ids=frozenset(draft.conversation_id for draft in begun),
        draft_places=frozenset(draft.place for draft in begun),
    )


def saved_draft(person: Person, place: UUID) -> MessageDraft | None:
    """Return the draft in a conversation or thread; query only if the counts say there is one."""
    return draft_at(person, place) if place in own_counts(person).draft_places else None


@cache
def _counts() -> Select[Any, *tuple[Any, ...]]:
    """Select a row per draft, per conversation with unread entries, and for saved messages."""
    person_id = id_parameter("person_id")
    none, no_id = literal(0), cast(null(), MessageDraft.place.type)
    drafts = select(
        MessageDraft.conversation_id,
        MessageDraft.place,
        none.label("mentions"),
        none.label("threads"),
        none.label("named"),
        none.label("saved"),
    ).where(MessageDraft.person_id == person_id)
    threads = (
        select(
            ThreadPlace.conversation_id,
            no_id,
            none,
            func.count(),
            func.sum(ThreadPlace.mentioned),
            none,
        )
        .where(ThreadPlace.person_id == person_id, ThreadPlace.unread > 0)
        .group_by(ThreadPlace.conversation_id)
    )
    mentions = (
        select(Mention.conversation_id, no_id, func.count(), none, none, none)
        .join(Message, Message.id == Mention.message_id)
        .outerjoin(Place, _place_of_mention())
        .outerjoin(ThreadPlace, _thread_of_mention())
        .where(Mention.person_id == person_id, Message.deleted_at.is_(None), _is_unread())
        .group_by(Mention.conversation_id)
    )
    saved = select(no_id, no_id, none, none, none, func.count()).where(
        SavedMessage.person_id == person_id, SavedMessage.done_at.is_(None)
    )
    return select(union_all(drafts, threads, mentions, saved).subquery())


def _place_of_mention() -> Any:
    return and_(
        Place.conversation_id == Mention.conversation_id, Place.person_id == Mention.person_id
    )


def _thread_of_mention() -> Any:
    return and_(
        ThreadPlace.parent_id == Message.parent_id, ThreadPlace.person_id == Mention.person_id
    )


def _is_unread() -> Any:
    """Return the condition that a mention is unread, in its thread or else its conversation."""
    read = func.coalesce(ThreadPlace.read_seq, Place.read_seq, 0)
    return Mention.seq > read


def mentions_of(person: Person, *, before: UUID | None, limit: int) -> list[tuple[Message, bool]]:
    """List readable messages that mention the person, newest first, and whether each is unread."""
    asked = (
        select(Message, case((_is_unread(), True), else_=False))
        .join(Mention, Mention.message_id == Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Place, _place_of_mention())
        .outerjoin(ThreadPlace, _thread_of_mention())
        .where(Mention.person_id == person.id, Message.deleted_at.is_(None), readable_by(person))
        .order_by(Mention.message_id.desc())
        .limit(limit)
    )
    if before:
        asked = asked.where(Mention.message_id < before)
    return [(message, bool(unread)) for message, unread in db.session.execute(asked)]


def threads_of(
    person: Person, *, after: tuple[bool, datetime, UUID] | None, limit: int
) -> Sequence[ThreadPlace]:
    """List the threads the person follows, those with unread replies first, then the latest."""
    waits = case((ThreadPlace.unread > 0, 1), else_=0)
    asked = (
        select(ThreadPlace)
        .join(Conversation, Conversation.id == ThreadPlace.conversation_id)
        .where(
            ThreadPlace.person_id == person.id,
            ThreadPlace.state == Following.FOLLOWED,
            readable_by(person),
        )
        .order_by(waits.desc(), ThreadPlace.last_at.desc(), ThreadPlace.parent_id.desc())
        .limit(limit)
    )
    if after:
        unread, at, parent_id = after
        here = tuple_(ThreadPlace.last_at, ThreadPlace.parent_id)
        later = here < (at, parent_id)
        flag = int(unread)
        asked = asked.where(or_(waits < flag, and_(waits == flag, later)))
    return db.session.scalars(asked).all()


def saved_of(
    person: Person, *, done: bool, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[SavedMessage]:
    """List the person's saved messages, or those marked as done, the latest first."""
    asked = (
        select(SavedMessage)
        .where(
            SavedMessage.person_id == person.id,
            SavedMessage.done_at.is_not(None) if done else SavedMessage.done_at.is_(None),
        )
        .order_by(SavedMessage.saved_at.desc(), SavedMessage.message_id.desc())
        .limit(limit)
    )
    if after:
        asked = asked.where(tuple_(SavedMessage.saved_at, SavedMessage.message_id) < after)
    return db.session.scalars(asked).all()


def drafts_of(
    person: Person, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[MessageDraft]:
    """List the person's drafts, the latest first."""
    asked = (
        select(MessageDraft)
        .where(MessageDraft.person_id == person.id)
        .order_by(MessageDraft.updated_at.desc(), MessageDraft.id.desc())
        .limit(limit)
    )
    if after:
        asked = asked.where(tuple_(MessageDraft.updated_at, MessageDraft.id) < after)
    return db.session.scalars(asked).all()


@per_request
def saved_in(person: Person, conversation_id: UUID) -> set[UUID]:
    """Return the ids of the person's saved messages in a conversation, except those done."""
    if not own_counts(person).saved:
        return set()
    asked = {"person_id": person.id, "conversation_id": conversation_id}
    return set(execute_prepared(_saved_in(), **asked).scalars())


@cache
def _saved_in() -> Select[UUID]:
    return (
        select(SavedMessage.message_id)
        .join(Message, Message.id == SavedMessage.message_id)
        .where(
            SavedMessage.person_id == id_parameter("person_id"),
            SavedMessage.done_at.is_(None),
            Message.conversation_id == id_parameter("conversation_id"),
        )
        .order_by(SavedMessage.saved_at.desc())
        .limit(MAX_SAVED_MARKED)
    )


def last_replies(viewer: Person, parent_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the latest reply of each thread, with its author and text."""
    ids = [rows[0].id for rows in queries.recent_replies(tuple(parent_ids)).values()]
    found = db.session.scalars(select(Message).where(Message.id.in_(ids)))
    newest = {row.parent_id: row for row in found if row.parent_id}
    faces = faces_of({row.author_id for row in newest.values()}, viewer)
    return {
        parent_id: {
            "author": faces.get(row.author_id),
            "seq": row.seq,
            "at": row.created_at,
            "text": plain_text(row.said)[:TEXT_CHARACTERS],
        }
        for parent_id, row in newest.items()
    }


class Excerpts:
    """Messages as lines of a list, each with its conversation, looked up together.

    Messages that the viewer may no longer read are left out.
    """

    def __init__(self, viewer: Person, message_ids: Iterable[UUID]) -> None:
        """Look up the messages and their conversations in a constant number of queries."""
        ids = set(message_ids)
        asked = select(Message).where(Message.id.in_(ids) if ids else false())
        rows = db.session.scalars(asked).all()
        self.rooms = Rooms(viewer, {row.conversation_id for row in rows})
        self._rows = {row.id: row for row in rows if row.conversation_id in self.rooms.named}
        self._faces = faces_of({row.author_id for row in self._rows.values()}, viewer)
        identity = current_identity()
        self._agency = identity.account.home_agency if identity else None

    def of(self, message_id: UUID) -> dict[str, Any] | None:
        """Return an excerpt for the template; None if the viewer may not read it."""
        message = self._rows.get(message_id)
        if message is None:
            return None
        is_gone = message.deleted_at is not None
        return {
            "id": message.id,
            "seq": message.seq,
            "address": f"/c/{message.conversation_id}/m/{message.seq}",
            "author": None if is_gone else self._faces.get(message.author_id),
            "caption": near_caption(message.caption, self._agency),
            "room": self.rooms.named[message.conversation_id],
            "at": message.created_at,
            "text": "" if is_gone else plain_text(message.said)[:TEXT_CHARACTERS],
            "is_gone": is_gone,
            "is_reply": message.parent_id is not None,
            "reply_count": message.reply_count,
        }


class Rooms:
    """The titles of the conversations that a reader may read."""

    def __init__(self, viewer: Person, conversation_ids: Collection[UUID]) -> None:
        """Look up the readable conversations in a constant number of queries."""
        readable = readable_among(viewer, conversation_ids)
        rooms = db.session.scalars(
            select(Conversation)
            .where(Conversation.id.in_(list(readable)) if readable else false())
            .options(selectinload(Conversation.participants))
        ).all()
        others = {row.person_id for room in rooms for row in room.participants}
        faces: dict[UUID, Face] = faces_of(others, viewer)
        titles = titles_of(rooms, viewer, faces)
        self.named: dict[UUID, dict[str, Any]] = {
            room.id: {
                "id": room.id,
                "title": titles[room.id],
                "icon": icon_of(room, len(room.participants) - 1),
            }
            for room in rooms
        }
