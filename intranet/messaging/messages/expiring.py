"""Remove messages whose time is over, in bulk; the caller decides which, and under which rule.

Of each, its row stays with sequence number, author and time, and says under which rule it went. No
push is sent: screens learn of it by the revision of the conversation when they next ask.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, cast
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

PARTS: tuple[Any, ...] = (
    MessageVersion,
    Reaction,
    Mention,
    MessageFile,
    Forward,
    HiddenMessage,
)
FILES = MessageFile.__tablename__
MARKS = ("pinned_at", "pinned_by_id", "deleted_by_id", "hidden_at")


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
    there = execute_prepared(_there(), ids=message_ids).mappings().one()
    files = execute_prepared(_files_of(), ids=message_ids).scalars().all() if there[FILES] else []
    for table in PARTS:
        if there[table.__tablename__]:
            execute_prepared(_part_of(table), ids=message_ids)
    if files:
        discard(files)
    if there["copies"]:
        _withdraw_copies(work, message_ids, spared)
    if there["marks"]:
        execute_prepared(_unmarked(), ids=message_ids)
    values = {"base": conversation.rev, "at": clock.now(), "under": under}
    execute_prepared(_emptied(), ids=message_ids, **values)
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
def _there() -> Select[Any]:
    """Return the query for what belongs to any of the messages: most have words alone.

    One query in place of nine, while others wait.
    """
    marked = select(Message.id).where(among(Message.id, "ids"), _is_marked())
    found = {
        **{
            kind.__tablename__: select(kind.message_id).where(among(kind.message_id, "ids"))
            for kind in PARTS
        },
        "copies": select(Forward.message_id).where(among(Forward.origin_id, "ids")),
        "marks": marked,
    }
    columns = [asked.exists().label(name) for name, asked in found.items()]
    return cast("Select[Any]", select(*columns))


@cache
def _files_of() -> Select[UUID]:
    return select(MessageFile.file_id).where(among(MessageFile.message_id, "ids"))


@cache
def _part_of(kind: type[Model]) -> Delete:
    table = cast("Table", kind.__table__)
    return delete(table).where(among(table.c.message_id, "ids"))


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
    """Return the statement that takes pins and moderation off the rows that have them.

    For all rows, it would write three indexes for nothing.
    """
    values = dict.fromkeys(MARKS, null())
    table = cast("Table", Message.__table__)
    return update(table).where(among(table.c.id, "ids"), _is_marked()).values(values)


def _is_marked() -> ColumnElement[bool]:
    return or_(*(getattr(Message, name).is_not(None) for name in MARKS))


def _withdraw_copies(work: Work, message_ids: Sequence[UUID], spared: ColumnElement[bool]) -> None:
    """Erase the words in messages that forwarded them, except in those that are spared."""
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
