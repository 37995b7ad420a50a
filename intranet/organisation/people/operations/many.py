"""Create and appoint many people at once, as an import does.

The caller has checked the rows, in this transaction and under the organisation's lock, and
writes the audit log. Some thousand rows at most.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import update

from intranet.organisation.agencies.access import require_administrators
from intranet.organisation.people.events import AppointmentsChanged, ProfileChanged
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute, expire_rows, store_rows
from intranet.platform.core.text import sort_key
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person to create."""

    id: UUID
    name: str
    languages: Sequence[str] = field(default_factory=tuple)
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class AppointmentRow:
    """An appointment to create; the last day is included."""

    id: UUID
    agency_id: UUID
    time_zone: str
    post_id: UUID
    person_id: UUID
    kind: AppointmentKind
    starts_on: date
    ends_on: date | None


def create_people(
    actor: Person | None, agency_ids: Collection[UUID], rows: Sequence[PersonRow]
) -> None:
    """Create people on behalf of agencies.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
    """
    with unit_of_work():
        require_administrators(actor, agency_ids)
        store_rows(
            Person,
            [
                {
                    "id": row.id,
                    "name": row.name,
                    "sort_key": sort_key(row.name)[:200],
                    "languages": list(row.languages),
                    "phone": row.phone,
                }
                for row in rows
            ],
        )


def change_people(
    actor: Person | None, agency_ids: Collection[UUID], changes: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """Change columns of people: the name, or fields that they have not filled in themselves.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
    """
    with unit_of_work() as work:
        require_administrators(actor, agency_ids)
        for person_id, values in changes.items():
            changed = dict(values)
            if "name" in values:
                changed["sort_key"] = sort_key(values["name"])[:200]
            execute(
                update(Person)
                .where(Person.id == person_id)
                .values(**changed, version=Person.version + 1)
            )
        expire_rows(Person)
        for person_id in changes:
            work.publish(ProfileChanged(person_id))


def appoint_many(actor: Person | None, rows: Sequence[AppointmentRow]) -> None:
    """Make appointments to posts of one or several agencies.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
    """
    with unit_of_work() as work:
        require_administrators(actor, {row.agency_id for row in rows})
        store_rows(Appointment, [_values(row) for row in rows])
        work.publish(AppointmentsChanged.of(rows))


def change_appointments(actor: Person | None, rows: Sequence[AppointmentRow]) -> None:
    """Change the kind or dates of existing appointments.

    Raises:
        Forbidden: the actor does not administer one of the agencies.
    """
    with unit_of_work() as work:
        require_administrators(actor, {row.agency_id for row in rows})
        for row in rows:
            values = _values(row)
            del values["id"]
            execute(
                update(Appointment)
                .where(Appointment.id == row.id)
                .values(**values, version=Appointment.version + 1)
            )
        expire_rows(Appointment)
        work.publish(AppointmentsChanged.of(rows))


def _values(row: AppointmentRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "post_id": row.post_id,
        "person_id": row.person_id,
        "kind": row.kind,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "since": _start(row.starts_on, row.time_zone),
        "until": _end(row.ends_on, row.time_zone) if row.ends_on else None,
    }


@lru_cache(2048)
def _start(day: date, zone: str) -> datetime:
    return clock.start_of(day, zone)


@lru_cache(2048)
def _end(day: date, zone: str) -> datetime:
    return clock.end_of(day, zone)
