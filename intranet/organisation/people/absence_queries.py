"""Queries for absences."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Date, Select, bindparam, select

from intranet.extensions import db
from intranet.organisation.people.models import Absence, Person
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import among


class AbsenceOfDay(NamedTuple):
    """The last day of an absence, and the name of the stand-in if there is one."""

    ends_on: date
    stand_in: str | None


def absences_on(person_ids: Collection[UUID], day: date) -> dict[UUID, AbsenceOfDay]:
    """Return the absence on a day of each of these people who has one."""
    found: dict[UUID, AbsenceOfDay] = {}
    for some in in_parts(person_ids):
        for row in execute_prepared(_absences_on(), ids=some, day=day):
            found.setdefault(row.person_id, AbsenceOfDay(row.ends_on, row.name))
    return found


@cache
def _absences_on() -> Select[UUID, date, str | None]:
    day = bindparam("day", type_=Date)
    return (
        select(Absence.person_id, Absence.ends_on, Person.name)
        .outerjoin(Person, Person.id == Absence.stand_in_id)
        .where(
            among(Absence.person_id, "ids"),
            Absence.starts_on <= day,
            Absence.ends_on >= day,
        )
        .order_by(Absence.starts_on.desc())
    )


def absences_ahead(person_id: UUID, day: date) -> Sequence[Absence]:
    """Return a person's absences that are not over on a day, earliest first."""
    return db.session.scalars(
        select(Absence)
        .where(Absence.person_id == person_id, Absence.ends_on >= day)
        .order_by(Absence.starts_on)
    ).all()
