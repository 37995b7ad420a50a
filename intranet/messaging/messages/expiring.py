"""Remove messages whose time is over, in bulk; the caller decides which, and under which rule.

Of each, its row stays with sequence number, author and time, and says under which rule it went. No
push is sent: screens learn of it by the revision of the conversation when they next ask.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    update,
)

from intranet.delivery.files.operations import discard
from intranet.extensions import Model, db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.forwards import FOLLOW
from intranet.messaging.messages.models import (
    Forward,
    HiddenMessage,
    Mention,
    Message,
    MessageFile,
    MessageVersion,
    Reaction,
)
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.idempotency import forget_answers_about_any
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.types import UTCDateTime, among
from intranet.platform.core.unit_of_work import Work
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import remove

PARTS: tuple[type[Model], ...] = (
    MessageVersion,
    Reaction,
    Mention,
    MessageFile,
    Forward,
    HiddenMessage,
)


def expire_messages(
    work: Work,
    conversation: Conversation,
    message_ids: Sequence[UUID],
    *,
    under: str,
    spared: ColumnElement[bool],
) -> None:
    """Remove the content of messages of one conversation, which the caller has locked.

    Stored answers about them stay until `forget_answers_about_expired`.

    Args:
        under: the name of the rule, which the conversation shows.
        spared: a condition on `Message`; words that such a message forwarded stay in it.
    """
    files = execute_prepared(_files_of(), ids=message_ids).scalars().all()
    for table in PARTS:
        execute_prepared(_part_of(table), ids=message_ids)
    if files:
        discard(files)
    _withdraw_copies(work, message_ids, spared)
    values = {"base": conversation.rev, "at": clock.now(), "under": under}
    execute_prepared(_emptied(), ids=message_ids, **values)
    execute_prepared(_unmarked(), ids=message_ids)
    work.change(conversation, rev=conversation.rev + len(message_ids))
    remove(DocumentKind.MESSAGE, message_ids)


def forget_answers_about_expired() -> None:
    """Erase the stored answers to requests that mention a message which has expired.

    Answers live for a day and there may be many, so they are read once after many batches.
    """
    forget_answers_about_any(_expired_of)


def _expired_of(ids: Collection[UUID]) -> set[UUID]:
    """Return which of these ids are messages that have expired."""
    return set(execute_prepared(_expired(), ids=ids).scalars())


@cache
def _expired() -> Select[UUID]:
    return select(Message.id).where(among(Message.id, "ids"), Message.expired_under.is_not(None))


@cache
def _files_of() -> Select[UUID]:
    return select(MessageFile.file_id).where(among(MessageFile.message_id, "ids"))


@cache
def _part_of(kind: type[Model]) -> Delete:
    table = cast("Table", kind.__table__)
    return delete(table).where(among(table.c.message_id, "ids"))


@cache
def _copies_of() -> Select[UUID]:
    return select(Forward.message_id).where(among(Forward.origin_id, "ids")).limit(1)


@cache
def _emptied() -> Update:
    """Return the statement that empties rows, each with a revision of its own, in their order."""
    table = cast("Table", Message.__table__)
    place = func.row_number().over(order_by=table.c.seq).label("place")
    ranked = select(table.c.id, place).where(among(table.c.id, "ids")).subquery()
    rev = bindparam("base", type_=Integer) + ranked.c.place
    values = {
        **dict.fromkeys(("body", "html", "sent_hash"), ""),
        "mentions": [],
        "deleted_at": bindparam("at", type_=UTCDateTime),
        "expired_under": bindparam("under"),
    }
    return update(table).where(table.c.id == ranked.c.id).values(**values, rev=rev, body_rev=rev)


@cache
def _unmarked() -> Update:
    """Return the statement that takes pins and moderation off the few rows that have them.

    For all rows, it would write three indexes for nothing.
    """
    table = cast("Table", Message.__table__)
    marks = [table.c[name] for name in ("pinned_at", "pinned_by_id", "deleted_by_id", "hidden_at")]
    is_marked = or_(*(mark.is_not(None) for mark in marks))
    return (
        update(table)
        .where(among(table.c.id, "ids"), is_marked)
        .values({mark.name: null() for mark in marks})
    )


def _withdraw_copies(work: Work, message_ids: Sequence[UUID], spared: ColumnElement[bool]) -> None:
    """Erase the words in messages that forwarded them, except in those that are spared."""
    if execute_prepared(_copies_of(), ids=message_ids).first() is None:
        return
    copies = (
        select(Forward.message_id, Forward.origin_id)
        .join(Message, Message.id == Forward.message_id)
        .where(Forward.origin_id.in_(message_ids), ~spared)
    )
    rows = db.session.execute(copies).all()
    if not rows:
        return
    db.session.execute(
        update(Forward)
        .where(Forward.message_id.in_([row.message_id for row in rows]))
        .values(body="", html="", has_files=False, withdrawn_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    for origin_id in sorted({row.origin_id for row in rows}):
        enqueue(work, FOLLOW, {"origin_id": str(origin_id)})
