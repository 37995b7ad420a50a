"""Answers of calls that named an `Idempotency-Key`, kept for a day."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, String, cast, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model, db
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime
from intranet.platform.core.unit_of_work import unit_of_work

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


def forget_answers_about(thing_id: UUID, person_id: UUID | None = None) -> None:
    """Empty the kept answers that speak of something: its text is taken away for good.

    A repeated key is refused afterwards, and nothing is done a second time.

    Args:
        person_id: only the answers to one person, where nobody else can have got one.
    """
    about = [cast(Repeatable.answer, String).contains(str(thing_id))]
    if person_id:
        about.append(Repeatable.person_id == person_id)
    with unit_of_work():
        db.session.execute(
            update(Repeatable)
            .where(*about)
            .values(answer=None, request_hash="")
            .execution_options(synchronize_session=False)
        )
