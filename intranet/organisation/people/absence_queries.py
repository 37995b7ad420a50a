"""Queries for absences."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import Date, Select, bindparam, select

from intranet.extensions import db
from intranet.organisation.people.models import Absence
from intranet.organisation.people.queries import in_parts
from intranet.platform.core.types import among


def absences_on(person_ids: Collection[UUID], day: date) -> dict[UUID, Absence]:
    """Return the absence on a day of each of these people who has one."""
    found: dict[UUID, Absence] = {}
    for some in in_parts(person_ids):
        for row in db.session.scalars(_absences_on(), {"ids": some, "day": day}):
            found.setdefault(row.person_id, row)
    return found


@cache
def _absences_on() -> Select[Absence]:
    day = bindparam("day", type_=Date)
    return (
        select(Absence)
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
