"""Followed threads: who is notified of a reply, and what is unread for each follower."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Update, func, select, update

from intranet.extensions import db
from intranet.messaging.conversations.events import OwnListsChanged
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.queries import readers_among
from intranet.messaging.messages import queries
from intranet.messaging.messages.access import get_message
from intranet.messaging.messages.events import ThreadRead
from intranet.messaging.messages.models import Following, Message, ThreadPlace
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work

FOLLOWED_LIMIT = 5_000
"""How many threads a person may choose to follow; writing in one is always possible."""


def set_following(person: Person, parent: Message, state: Following) -> ThreadPlace:
    """Follow a thread, stop following it, or mute it: then even mentions in it do not notify.

    Raises:
        NotFound: the person no longer reads the conversation.
        Invalid: they follow too many.
    """
    with unit_of_work() as work:
        get_message(person, parent.id)
        place = db.session.get(ThreadPlace, (person.id, parent.id), with_for_update=True)
        if place is None:
            if state == Following.FOLLOWED:
                _require_few(person)
            last = _last_reply(parent.id)
            work.add_unless_there(ThreadPlace, _row(person.id, parent, state, last))
            place = db.session.get_one(ThreadPlace, (person.id, parent.id))
        if place.state != state:
            place.state = state
            place.unread = place.mentioned = 0
            place.read_seq, place.last_at = _last_reply(parent.id) or (parent.seq, place.last_at)
            work.publish(ThreadRead(parent.id, (person.id,)))
        work.publish(OwnListsChanged((person.id,)))
    return place


def leave_thread(person: Person, parent_id: UUID) -> None:
    """Stop following a thread, whether the person can still read it or not."""
    with unit_of_work() as work:
        place = db.session.get(ThreadPlace, (person.id, parent_id), with_for_update=True)
        if place and place.state == Following.FOLLOWED:
            place.state, place.unread, place.mentioned = Following.LEFT, 0, 0
            work.publish(OwnListsChanged((person.id,)))


def read_thread(person: Person, parent: Message, seq: int) -> None:
    """Raise the person's read position in a thread to `seq`; it never moves back."""
    with unit_of_work() as work:
        get_message(person, parent.id)
        place = db.session.get(ThreadPlace, (person.id, parent.id), with_for_update=True)
        if place is None or (seq <= place.read_seq and not place.unread):
            return
        last = _last_reply(parent.id)
        place.read_seq = max(place.read_seq, min(seq, last[0] if last else parent.seq))
        unread = _replies_after(person, parent.id, place.read_seq)
        if (unread, place.mentioned and unread) != (place.unread, place.mentioned):
            place.unread, place.mentioned = unread, min(place.mentioned, unread)
            work.publish(ThreadRead(parent.id, (person.id,)))
            work.publish(OwnListsChanged((person.id,)))


def thread_state_of(person: Person, parent_id: UUID) -> Following | None:
    """Return whether the person follows, has left or muted the thread; None without a row."""
    place = db.session.get(ThreadPlace, (person.id, parent_id))
    return place.state if place else None


def muted_by(parent_id: UUID) -> set[UUID]:
    """Return the ids of the people who muted a thread, and are notified of nothing in it."""
    return _people_with(parent_id, Following.MUTED)


def followers_of(parent_id: UUID) -> set[UUID]:
    """Return the ids of the people who follow a thread."""
    return _people_with(parent_id, Following.FOLLOWED)


def note_replies(message_ids: Collection[UUID]) -> None:
    """Add followers to the threads of these replies, and count the replies as unread for them."""
    replies = [db.session.get_one(Message, message_id) for message_id in sorted(message_ids)]
    threads: dict[UUID, list[Message]] = defaultdict(list)
    for reply in replies:
        if reply.parent_id:
            threads[reply.parent_id].append(reply)
    with unit_of_work() as work:
        for parent_id, some in threads.items():
            parent = db.session.get_one(Message, parent_id)
            _follow(work, parent, some)
            for reply in some:
                _wait_for_others(reply)
                _read_by_author(reply)
            work.publish(ThreadRead(parent_id, tuple(sorted({row.author_id for row in some}))))
            room = db.session.get_one(Conversation, parent.conversation_id)
            people = readers_among(room, followers_of(parent_id))
            work.publish(OwnListsChanged(tuple(sorted(people))))


def _follow(work: Work, parent: Message, replies: Collection[Message]) -> None:
    """Add missing rows for the author of the thread, its writers and the people mentioned."""
    people = {parent.author_id} | {reply.author_id for reply in replies}
    for reply in replies:
        people |= _named_in(reply)
    there = select(ThreadPlace.person_id).where(ThreadPlace.parent_id == parent.id)
    people -= set(db.session.scalars(there))
    if not people:
        return
    conversation = db.session.get_one(Conversation, parent.conversation_id)
    first = min(reply.seq for reply in replies)
    for person_id in sorted(readers_among(conversation, people)):
        row = _row(person_id, parent, Following.FOLLOWED, (first - 1, clock.now()))
        work.add_unless_there(ThreadPlace, row)


def _named_in(reply: Message) -> set[UUID]:
    """Return the people mentioned by name or by post; `@channel` makes nobody a follower."""
    if any(mention["kind"] == "channel" for mention in reply.mentions):
        return {UUID(each["id"]) for each in reply.mentions if each["kind"] == "person"}
    return queries.mentioned_ids(reply.id) if reply.mentions else set()


def _wait_for_others(reply: Message) -> None:
    others = update(ThreadPlace).where(
        ThreadPlace.parent_id == reply.parent_id,
        ThreadPlace.state == Following.FOLLOWED,
        ThreadPlace.person_id != reply.author_id,
    )
    _run(others.values(unread=ThreadPlace.unread + 1, last_at=reply.created_at))
    if reply.mentions and (called := queries.mentioned_ids(reply.id)):
        named = others.where(ThreadPlace.person_id.in_(called))
        _run(named.values(mentioned=ThreadPlace.mentioned + 1))


def _read_by_author(reply: Message) -> None:
    """Mark the thread as read and followed for the author of a reply; muted stays muted."""
    own = update(ThreadPlace).where(
        ThreadPlace.parent_id == reply.parent_id, ThreadPlace.person_id == reply.author_id
    )
    _run(own.values(unread=0, mentioned=0, read_seq=reply.seq, last_at=reply.created_at))
    _run(own.where(ThreadPlace.state == Following.LEFT).values(state=Following.FOLLOWED))


def _run(change: Update) -> None:
    db.session.execute(change.execution_options(synchronize_session="fetch"))


def _row(
    person_id: UUID, parent: Message, state: Following, last: tuple[int, datetime] | None
) -> Mapping[str, object]:
    seq, at = last or (parent.seq, clock.now())
    return {
        "person_id": person_id,
        "parent_id": parent.id,
        "conversation_id": parent.conversation_id,
        "state": state,
        "read_seq": seq,
        "unread": 0,
        "mentioned": 0,
        "last_at": at,
    }


def _last_reply(parent_id: UUID) -> tuple[int, datetime] | None:
    newest = (
        select(Message.seq, Message.created_at)
        .where(Message.parent_id == parent_id)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    row = db.session.execute(newest).first()
    return (row.seq, row.created_at) if row else None


def _replies_after(person: Person, parent_id: UUID, seq: int) -> int:
    counted = select(func.count()).where(
        Message.parent_id == parent_id,
        Message.seq > seq,
        Message.author_id != person.id,
        Message.deleted_at.is_(None),
    )
    return db.session.scalar(counted) or 0


def _require_few(person: Person) -> None:
    counted = select(func.count()).where(
        ThreadPlace.person_id == person.id, ThreadPlace.state == Following.FOLLOWED
    )
    if (db.session.scalar(counted) or 0) >= FOLLOWED_LIMIT:
        raise Invalid(
            {
                "": _l(
                    "You have reached the limit of 5,000 followed threads. Stop following "
                    "one first."
                )
            }
        )


def _people_with(parent_id: UUID, state: Following) -> set[UUID]:
    asked = select(ThreadPlace.person_id).where(
        ThreadPlace.parent_id == parent_id, ThreadPlace.state == state
    )
    return set(db.session.scalars(asked))
