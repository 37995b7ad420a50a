"""Remove messages whose time is over, in bulk; the caller decides which, and under which rule.

Of each, its row stays with sequence number, author and time, and says under which rule it went. No
push is sent: screens learn of it by the revision of the conversation when they next ask.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Delete,
    Integer,
    Select,
    String,
    Table,
    Update,
    Uuid,
    bindparam,
    delete,
    func,
    null,
    select,
    update,
)
from sqlalchemy import cast as cast_to

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
from intranet.platform.core.idempotency import Repeatable
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.types import UTCDateTime
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

    Args:
        under: the name of the rule, which the conversation shows.
        spared: a condition on `Message`; words that such a message forwarded stay in it.
    """
    files = execute_prepared(_files_of(), ids=list(message_ids)).scalars().all()
    for table in PARTS:
        execute_prepared(_part_of(table), ids=list(message_ids))
    if files:
        discard(files, with_holder=True)
    _withdraw_copies(work, message_ids, spared)
    _empty(conversation, message_ids, under)
    remove(DocumentKind.MESSAGE, message_ids)
    _forget_answers(message_ids)


def _empty(conversation: Conversation, message_ids: Sequence[UUID], under: str) -> None:
    """Empty the rows, each with a revision of its own, in the order of the conversation."""
    values = {"base": conversation.rev, "at": clock.now(), "under": under}
    execute_prepared(_emptied(), ids=list(message_ids), **values)
    conversation.rev += len(message_ids)


@cache
def _files_of() -> Select[UUID]:
    return select(MessageFile.file_id).where(MessageFile.message_id.in_(_ids()))


@cache
def _part_of(kind: type[Model]) -> Delete:
    table = cast("Table", kind.__table__)
    return delete(table).where(table.c.message_id.in_(_ids()))


@cache
def _copies_of() -> Select[UUID]:
    return select(Forward.message_id).where(Forward.origin_id.in_(_ids())).limit(1)


@cache
def _emptied() -> Update:
    """Return the statement once: it is executed for each of some thousand batches."""
    table = cast("Table", Message.__table__)
    place = func.row_number().over(order_by=table.c.seq).label("place")
    ranked = select(table.c.id, place).where(table.c.id.in_(_ids())).subquery()
    at = bindparam("at", type_=UTCDateTime)
    rev = bindparam("base", type_=Integer) + ranked.c.place
    values = {
        **dict.fromkeys(("body", "html", "sent_hash"), ""),
        **dict.fromkeys(("pinned_at", "pinned_by_id", "deleted_by_id", "hidden_at"), null()),
        "mentions": [],
        "deleted_at": at,
        "expired_under": bindparam("under"),
    }
    return update(table).where(table.c.id == ranked.c.id).values(**values, rev=rev, body_rev=rev)


def _ids() -> BindParameter[Any]:
    return bindparam("ids", expanding=True, type_=Uuid())


def _withdraw_copies(work: Work, message_ids: Sequence[UUID], spared: ColumnElement[bool]) -> None:
    """Erase the words in messages that forwarded them, except in those that are spared."""
    if execute_prepared(_copies_of(), ids=list(message_ids)).first() is None:
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


def _forget_answers(message_ids: Sequence[UUID]) -> None:
    """Erase stored responses about them; answers live for a day, so there are hardly any."""
    if db.session.scalar(select(Repeatable.person_id).limit(1)) is None:
        return
    answer = cast_to(Repeatable.answer, String)
    for message_id in message_ids:
        db.session.execute(
            update(Repeatable)
            .where(answer.contains(str(message_id)))
            .values(answer=None, request_hash="")
        )
