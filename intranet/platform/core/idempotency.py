"""Stored responses to requests with an `Idempotency-Key`, kept for a day."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, String, cast, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model, db
from intranet.platform.core import clock
from intranet.platform.core.database import execute
from intranet.platform.core.types import UTCDateTime
from intranet.platform.core.unit_of_work import unit_of_work

ANSWER_LIFETIME = timedelta(hours=24)


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
