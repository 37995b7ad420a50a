"""Earlier posts of the same authors, to recognise repeats and to limit the rate of posting."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from intranet.messaging.messages.models import Message
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import UTCDateTime, among, id_parameter


@dataclass(frozen=True)
class Earlier:
    """Stored messages by author and `client_id`, and the number of recent posts by author."""

    sent: dict[tuple[UUID, UUID], UUID]
    posts: dict[UUID, int]


def earlier(asked: Collection[tuple[UUID, UUID]], since: datetime) -> Earlier:
    """Find repeats of these `client_id`s, and count each author's recent posts, in one query."""
    authors, clients = (list(set(ids)) for ids in zip(*asked, strict=True))
    found = Earlier({}, {})
    for row in execute_prepared(_earlier(), author_ids=authors, client_ids=clients, since=since):
        if row.id:
            found.sent[row.author_id, row.client_id] = row.id
        else:
            found.posts[row.author_id] = row.posts
    return found


@cache
def _earlier() -> CompoundSelect[UUID, UUID, UUID, int]:
    is_theirs = among(Message.author_id, "author_ids")
    nobody, nothing = cast(null(), Uuid), cast(null(), Integer)
    sent = select(Message.author_id, Message.client_id, Message.id, nothing.label("posts")).where(
        is_theirs, among(Message.client_id, "client_ids")
    )
    posts = (
        select(Message.author_id, nobody, nobody, func.count())
        .where(is_theirs, Message.created_at > bindparam("since", type_=UTCDateTime))
        .group_by(Message.author_id)
    )
    return union_all(sent, posts)


def posted_since(author_id: UUID, instant: datetime, count: int) -> datetime | None:
    """Return the time of the author's `count`-th last post; None if it is before `instant`."""
    asked = {"author_id": author_id, "since": instant, "before": count - 1}
    found: datetime | None = execute_prepared(_posted_since(), **asked).scalar()
    return found


@cache
def _posted_since() -> Select[datetime]:
    return (
        select(Message.created_at)
        .where(
            Message.author_id == id_parameter("author_id"),
            Message.created_at > bindparam("since", type_=UTCDateTime),
        )
        .order_by(Message.created_at.desc())
        .offset(bindparam("before", type_=Integer))
        .limit(literal_column("1"))
    )
