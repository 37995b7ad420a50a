"""Answers of calls that named an `Idempotency-Key`, kept for a day."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, String, cast, delete, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from intranet.core import clock
from intranet.core.types import UTCDateTime
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import Model, db

KEPT = timedelta(hours=24)


class Repeatable(Model):
    """The answer to a POST that named an `Idempotency-Key`, kept for a day.

    Of what was deleted since nothing is kept: neither the answer nor the digest of the request.
    """

    __tablename__ = "repeatables"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[Any] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)


def is_old() -> ColumnElement[bool]:
    """Rows that are kept no longer, as a condition."""
    return Repeatable.created_at < clock.now() - KEPT


def forget_kept() -> None:
    """Delete the answers that were kept for a day."""
    with unit_of_work():
        db.session.execute(delete(Repeatable).where(is_old()))


def forget_answers_about(ids: Collection[UUID]) -> None:
    """Empty the kept answers that speak of these things: their text is taken away for good.

    A repeated key is refused afterwards, and nothing is done a second time.
    """
    text = cast(Repeatable.answer, String)
    with unit_of_work():
        db.session.execute(
            update(Repeatable)
            .where(or_(*(text.contains(str(each)) for each in ids)))
            .values(answer=None, request_hash="")
            .execution_options(synchronize_session=False)
        )
