"""Stored responses to requests with an `Idempotency-Key`, kept for a day."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from typing import cast as cast_to
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    String,
    Table,
    and_,
    bindparam,
    cast,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model, db
from intranet.platform.core import clock
from intranet.platform.core.database import execute, write
from intranet.platform.core.types import UTCDateTime, id_parameter
from intranet.platform.core.unit_of_work import unit_of_work

ANSWER_LIFETIME = timedelta(hours=24)
PAGE_SIZE = 500
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""An id in a stored response."""


class Repeatable(Model):
    """The stored response to a POST with an `Idempotency-Key`, kept for a day.

    If the text in it was deleted since, both the response and the digest of the request are erased.
    """

    __tablename__ = "repeatables"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[Any] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)


def is_old() -> ColumnElement[bool]:
    """Select the responses that have expired."""
    return Repeatable.created_at < clock.now() - ANSWER_LIFETIME


def delete_expired() -> None:
    """Delete the expired responses."""
    with unit_of_work():
        db.session.execute(delete(Repeatable).where(is_old()))


def forget_answers_about_any(gone: Callable[[Collection[UUID]], Collection[UUID]]) -> None:
    """Erase the stored responses that mention things whose text was deleted for good.

    Nothing is locked while they are read.

    Args:
        gone: returns those of some ids that are such things.
    """
    person_id, key = Repeatable.person_id, Repeatable.key_hash
    asked = select(person_id, key, cast(Repeatable.answer, String)).order_by(person_id, key)
    page = db.session.execute(asked.limit(PAGE_SIZE)).all()
    while page:
        mentioned = [(row[:2], {UUID(one) for one in ID.findall(row[2] or "")}) for row in page]
        found = set(gone(set().union(*(ids for _place, ids in mentioned))))
        _erase([place for place, ids in mentioned if ids & found])
        last = page[-1]
        is_later = or_(person_id > last[0], and_(person_id == last[0], key > last[1]))
        page = db.session.execute(asked.where(is_later).limit(PAGE_SIZE)).all()
    db.session.rollback()


def _erase(places: Sequence[tuple[UUID, str]]) -> None:
    if not places:
        return
    is_it = and_(
        Repeatable.person_id == id_parameter("of_id"), Repeatable.key_hash == bindparam("key")
    )
    erasing = update(cast_to("Table", Repeatable.__table__)).where(is_it)
    with unit_of_work():
        write(
            erasing.values(answer=None, request_hash=""),
            [{"of_id": person_id, "key": key} for person_id, key in places],
        )


def forget_answers_about(thing_id: UUID, person_id: UUID | None = None) -> None:
    """Erase the stored responses that mention a thing whose text was deleted for good.

    A request with the same key is refused afterwards, and nothing is done a second time.

    Args:
        person_id: limits it to the responses to one person.
    """
    about = [cast(Repeatable.answer, String).contains(str(thing_id))]
    if person_id:
        about.append(Repeatable.person_id == person_id)
    with unit_of_work():
        execute(update(Repeatable).where(*about).values(answer=None, request_hash=""))
