"""Whether a new person has hidden the list of first steps."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from intranet.extensions import Model, db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.types import UTCDateTime
from intranet.platform.core.unit_of_work import unit_of_work


class FirstStepsEnd(Model):
    """A new person has hidden the list of first steps."""

    __tablename__ = "first_steps_ends"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(UTCDateTime, default=clock.now)


def has_hidden_first_steps(person: Person) -> bool:
    """Return whether the person has hidden their first steps."""
    return bool(db.session.scalar(select(exists().where(FirstStepsEnd.person_id == person.id))))


def hide_first_steps(person: Person) -> None:
    """Hide the person's first steps permanently; hiding them again changes nothing."""
    with unit_of_work() as work:
        work.add_unless_there(FirstStepsEnd, {"person_id": person.id})
