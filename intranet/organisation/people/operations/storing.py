"""Write people and appointments: one statement for all rows, one event that names them.

The caller is an operation or an import. It has required the right, checked the values in this
transaction, for appointments under the organisation's lock, and writes the audit log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import update

from intranet.organisation.agencies.handles import SORT_KEY_LIMIT
from intranet.organisation.people.events import (
    AppointmentsChanged,
    AppointmentsEnded,
    ProfileChanged,
)
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.platform.core import clock
from intranet.platform.core.database import execute, expire_rows, store_rows
from intranet.platform.core.text import sort_key
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person to create. `profile` holds other columns, the same ones in all rows."""

    id: UUID
    name: str
    profile: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AppointmentRow:
    """An appointment to create; the last day is included."""

    id: UUID
    time_zone: str
    post_id: UUID
    person_id: UUID
    kind: AppointmentKind
    starts_on: date
    ends_on: date | None


def store_people(rows: Sequence[PersonRow]) -> None:
    """Create people."""
    with unit_of_work():
        store_rows(Person, [{"id": row.id, **_named(row.name), **row.profile} for row in rows])


def change_people(changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Change columns of people; a new name also changes the key by which they are sorted."""
    with unit_of_work() as work:
        for person_id, values in changes.items():
            named = _named(values["name"]) if "name" in values else {}
            changed = {**values, **named, "version": Person.version + 1}
            execute(update(Person).where(Person.id == person_id).values(changed))
        expire_rows(Person)
        for person_id in changes:
            work.publish(ProfileChanged(person_id))


def store_appointments(rows: Sequence[AppointmentRow]) -> None:
    """Make appointments to posts of one or several agencies."""
    with unit_of_work() as work:
        store_rows(Appointment, [_values(row) for row in rows])
        work.publish(AppointmentsChanged.of(rows))


def change_appointments(rows: Sequence[AppointmentRow]) -> None:
    """Change the kind or dates of existing appointments."""
    with unit_of_work() as work:
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
        now = clock.now()
        ended = [row for row in rows if row.ends_on and _end(row.ends_on, row.time_zone) <= now]
        if ended:
            work.publish(AppointmentsEnded.of(ended))


def _named(name: str) -> dict[str, str]:
    return {"name": name, "sort_key": sort_key(name)[:SORT_KEY_LIMIT]}


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
