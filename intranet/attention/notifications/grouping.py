"""Grouping of notifications: the acts behind one row of a list, and their actors."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, select, tuple_
from sqlalchemy.orm import aliased

from intranet.attention.notifications.models import Kind, Notification
from intranet.extensions import db
from intranet.messaging.messages.models import Message

MAX_MESSAGES = 99
MAX_COMBINATIONS = 2_000
OF_MESSAGES = frozenset({Kind.TALK, Kind.CHANNEL, Kind.THREAD})
"""Kinds whose row covers every message since it was written; counted at display time."""
_FIRST = aliased(Message)
Actor = tuple[UUID | None, UUID | None]
"""A person and the post in whose name they acted, as ids."""


@dataclass
class Acts:
    """The acts of one row: their actors, newest first, and their number."""

    actors: list[Actor] = field(default_factory=list)
    number: int = 0
    message: Message | None = None
    has_mention: bool = False
    """Whether one of them, or an earlier unseen act, mentions the reader."""


def gather(rows: Sequence[Notification]) -> dict[UUID, Acts]:
    """Gather the acts behind each of these rows of one person, in three queries at most.

    Acts share a row if they are on the same thing, for the same reason, and were seen at the
    same time or are all unseen.
    """
    found = {row.id: Acts() for row in rows}
    _gather_acts(rows, found)
    of_messages = [row for row in rows if row.kind in OF_MESSAGES and row.message]
    if of_messages:
        _gather_messages(of_messages, found)
    return found


def alone(rows: Sequence[Notification]) -> dict[UUID, Acts]:
    """Return the acts of each row by itself, as for a mail about one notification."""
    found = {row.id: _single(row) for row in rows}
    of_messages = [row for row in rows if row.kind in OF_MESSAGES and row.message]
    if of_messages:
        _gather_messages(of_messages, found)
    return found


def _single(row: Notification) -> Acts:
    return Acts([(row.actor_id, row.actor_post_id)], 1, row.message)


def _gather_acts(rows: Sequence[Notification], found: Mapping[UUID, Acts]) -> None:
    newest = func.max(Notification.acted_at).label("newest")
    columns = (
        Notification.thing,
        Notification.why,
        Notification.seen_at,
        Notification.actor_id,
        Notification.actor_post_id,
    )
    combinations = db.session.execute(
        select(*columns, func.count().label("number"))
        .outerjoin(Message, Message.id == Notification.message_id)
        .where(
            Notification.person_id == rows[0].person_id,
            Notification.thing.in_({row.thing for row in rows}),
            Message.deleted_at.is_(None),
        )
        .group_by(*columns)
        .order_by(newest.desc())
        .limit(MAX_COMBINATIONS)
    )
    of: dict[tuple[str, str, datetime | None], list[tuple[Actor, int]]] = defaultdict(list)
    for each in combinations:
        actor = (each.actor_id, each.actor_post_id)
        of[each.thing, each.why, each.seen_at].append((actor, each.number))
    for row in rows:
        acts = found[row.id]
        acts.message = row.message
        own = (row.actor_id, row.actor_post_id)
        together = of[row.thing, row.why, row.seen_at] if row.thing else []
        acts.actors = list(dict.fromkeys([own, *(actor for actor, _number in together)]))
        acts.number = sum(number for _actor, number in together) or 1
        acts.has_mention = (row.thing, Kind.MENTION.value, row.seen_at) in of


def _gather_messages(rows: Sequence[Notification], found: Mapping[UUID, Acts]) -> None:
    """Count the messages since each row was written, with their authors and the newest."""
    of_threads = {row.id for row in rows if row.kind == Kind.THREAD}
    of_others = {row.id for row in rows} - of_threads
    counted = [*_counted(of_others, _since()), *_counted(of_threads, _since_in_thread())]
    last: dict[UUID, tuple[UUID, int]] = {}
    for each in sorted(counted, key=lambda one: one.last, reverse=True):
        acts = found[each.id]
        if each.id not in last:
            last[each.id] = (each.conversation_id, each.last)
            acts.actors, acts.number = [], 0
        acts.actors.append((each.author_id, None))
        acts.number += each.number
    messages = _messages(last.values())
    for row in rows:
        found[row.id].message = messages.get(last[row.id]) if row.id in last else None


def _counted(
    ids: Collection[UUID], since: ColumnElement[bool]
) -> Sequence[Row[UUID, UUID, UUID, int, int]]:
    """Count messages and find the last one, for each row and author."""
    if not ids:
        return ()
    return db.session.execute(
        select(
            Notification.id,
            Message.conversation_id,
            Message.author_id,
            func.count().label("number"),
            func.max(Message.seq).label("last"),
        )
        .join(_FIRST, _FIRST.id == Notification.message_id)
        .join(Message, since)
        .where(
            Notification.id.in_(ids),
            Message.author_id != Notification.person_id,
            Message.deleted_at.is_(None),
        )
        .group_by(Notification.id, Message.conversation_id, Message.author_id)
    ).all()


def _since() -> ColumnElement[bool]:
    return and_(
        Message.conversation_id == _FIRST.conversation_id,
        Message.seq >= _FIRST.seq,
        Message.seq < _FIRST.seq + MAX_MESSAGES,
    )


def _since_in_thread() -> ColumnElement[bool]:
    """Return the condition for the replies in a thread since the row was written.

    Only the latest `MAX_MESSAGES` replies of the thread count.
    """
    reply = aliased(Message)
    earliest = (
        select(reply.seq)
        .where(reply.parent_id == _FIRST.parent_id)
        .order_by(reply.seq.desc())
        .limit(1)
        .offset(MAX_MESSAGES - 1)
        .correlate(_FIRST)
        .scalar_subquery()
    )
    return and_(
        Message.parent_id == _FIRST.parent_id,
        Message.seq >= _FIRST.seq,
        Message.seq >= func.coalesce(earliest, 0),
    )


def _messages(places: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], Message]:
    if not places:
        return {}
    asked = select(Message).where(tuple_(Message.conversation_id, Message.seq).in_(places))
    return {(row.conversation_id, row.seq): row for row in db.session.scalars(asked)}
