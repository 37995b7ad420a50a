"""What authors sent before: what is sent again is not stored again, and nobody posts too much."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, func, literal_column, select

from intranet.core.database import ask
from intranet.core.types import UTCDateTime, given, given_many
from intranet.messages.models import Message


def sent_before(asked: Collection[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], UUID]:
    """Ids of the messages that these senders stored under these ids, by both. One query."""
    authors, clients = (list(set(ids)) for ids in zip(*asked, strict=True))
    rows = ask(_sent(), author_ids=authors, client_ids=clients)
    return {(row.author_id, row.client_id): row.id for row in rows}


@cache
def _sent() -> Select[UUID, UUID, UUID]:
    return select(Message.author_id, Message.client_id, Message.id).where(
        Message.author_id.in_(given_many("author_ids")),
        Message.client_id.in_(given_many("client_ids")),
    )


def posted_since(author_id: UUID, instant: datetime, count: int) -> datetime | None:
    """When somebody posted what is the last but so many; None if that was before an instant."""
    asked = {"author_id": author_id, "since": instant, "before": count - 1}
    found: datetime | None = ask(_posted_since(), **asked).scalar()
    return found


def posted_count(author_ids: Collection[UUID], instant: datetime) -> dict[UUID, int]:
    """How many messages each of these people, if any, posted since an instant. One query."""
    rows = ask(_posted_count(), author_ids=list(author_ids), since=instant)
    return {row.author_id: row.posts for row in rows}


@cache
def _posted_count() -> Select[UUID, int]:
    since = bindparam("since", type_=UTCDateTime)
    return (
        select(Message.author_id, func.count().label("posts"))
        .where(Message.author_id.in_(given_many("author_ids")), Message.created_at > since)
        .group_by(Message.author_id)
    )


@cache
def _posted_since() -> Select[datetime]:
    return (
        select(Message.created_at)
        .where(
            Message.author_id == given("author_id"),
            Message.created_at > bindparam("since", type_=UTCDateTime),
        )
        .order_by(Message.created_at.desc())
        .offset(bindparam("before", type_=Integer))
        .limit(literal_column("1"))
    )
