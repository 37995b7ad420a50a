"""The people of a unit, and how many are below it."""

from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, String, bindparam, func, select

from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import subtree_range
from intranet.organisation.people.models import (
    Appointment,
    AppointmentKind,
    Person,
)
from intranet.organisation.people.queries import is_current
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, id_parameter


class UnitMember(NamedTuple):
    """An appointment in a unit, as far as a list of its people needs it."""

    person_id: UUID
    since: datetime
    kind: AppointmentKind
    is_head: bool
    level: int


def members_of_unit(unit_id: UUID, now: datetime) -> list[UnitMember]:
    """Return the appointments in a unit: heads first, then by level and name."""
    rows = execute_prepared(_members(), unit_id=unit_id, now=now)
    return [UnitMember._make(row) for row in rows]


@cache
def _members() -> Select[UUID, datetime, AppointmentKind, bool, int]:
    return (
        select(Appointment.person_id, Appointment.since, Appointment.kind, Post.is_head, Post.level)
        .join(Post, Post.id == Appointment.post_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Post.unit_id == id_parameter("unit_id"), is_current(NOW))
        .order_by(Post.is_head.desc(), Post.level, Person.sort_key, Person.id)
    )


def count_in_subtree(unit: Unit, now: datetime) -> int:
    """Count the people who hold a post in a unit or below it."""
    first, end = subtree_range(unit.path)
    return execute_prepared(_counted_below(), first=first, end=end, now=now).scalar() or 0


@cache
def _counted_below() -> Select[int]:
    first, end = bindparam("first", type_=String), bindparam("end", type_=String)
    below = select(Post.id).join(Unit, Unit.id == Post.unit_id)
    # With a join, SQLite counts along the index of people: it reads the appointments of everybody.
    return select(func.count(Appointment.person_id.distinct())).where(
        Appointment.post_id.in_(below.where(Unit.path >= first, Unit.path < end)), is_current(NOW)
    )
