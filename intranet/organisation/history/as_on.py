"""An organisation as on a day: its units and posts by the log, its holders by their dates.

Names and places are those of the end of that day. Whether a unit or post existed is said by its
dates as they are known now. One without a first day exists since the log has it; what the log
began with always did.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, case, func, or_, select

from intranet.extensions import db
from intranet.organisation.agencies.handles import sort_key_of
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.history.models import ChangeKind, OrganisationChange
from intranet.organisation.history.states import State
from intranet.organisation.people.models import Appointment, AppointmentKind
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.types import Localized


@dataclass(frozen=True)
class UnitOn:
    """A unit as on a day; `valid_to` and `successor_id` as they are known now."""

    id: UUID
    agency: Agency
    parent_id: UUID | None
    name: Localized
    valid_to: date | None
    successor_id: UUID | None
    depth: int = 0


@dataclass(frozen=True)
class PostOn:
    """A post as on a day."""

    id: UUID
    unit: UnitOn
    title: Localized
    is_head: bool
    level: int
    places: int


class OrganisationOn:
    """The units and posts of an agency as on a day.

    `began` is the day on which its log begins: for days before, it has what the log begins with.
    """

    def __init__(self, agency: Agency, day: date) -> None:
        """Read the log of the agency, in four queries."""
        self.agency, self.day = agency, day
        self._zone = ZoneInfo(agency.time_zone)
        first = select(func.min(OrganisationChange.at)).where(
            OrganisationChange.agency_id == agency.id
        )
        self.began = self._day(db.session.scalar(first) or clock.now())
        self.units = self._in_order(self._states(ChangeKind.UNIT))
        self._posts = self._states(ChangeKind.POST)

    @property
    def is_before_log(self) -> bool:
        """Whether the day is before the log begins."""
        return self.day < self.began

    @cached_property
    def posts(self) -> Mapping[UUID, Sequence[PostOn]]:
        """The posts of each unit: heads first, then by level and title."""
        found: dict[UUID, list[PostOn]] = defaultdict(list)
        for post_id, state in self._posts.items():
            if unit := self.units.get(UUID(state["unit_id"])):
                title = Localized(state["title"])
                post = PostOn(
                    post_id, unit, title, state["is_head"], state["level"], state["places"]
                )
                found[unit.id].append(post)
        for posts in found.values():
            posts.sort(key=lambda post: (not post.is_head, post.level, self._key(post.title)))
        return found

    def below(self, unit_id: UUID) -> list[UnitOn]:
        """Return the units directly below one, by name."""
        return [unit for unit in self.units.values() if unit.parent_id == unit_id]

    def ancestors(self, unit: UnitOn) -> list[UnitOn]:
        """Return the units from the top down to this one, both included."""
        found = [unit]
        while above := self.units.get(found[-1].parent_id or found[-1].id):
            if above in found:
                break
            found.append(above)
        return found[::-1]

    def _states(self, kind: ChangeKind) -> dict[UUID, State]:
        """Return what the log says of the rows of a kind that existed on the day."""
        change = OrganisationChange
        end = clock.end_of(self.day, self.agency.time_zone)
        then = func.coalesce(
            func.max(case((change.at < end, change.number))), func.min(change.number)
        )
        rows = db.session.execute(
            select(
                change.row_id,
                then.label("then"),
                func.max(change.number).label("last"),
                func.min(change.at).label("since"),
            )
            .where(change.agency_id == self.agency.id, change.kind == kind)
            .group_by(change.row_id)
        ).all()
        states = _states_by_number({number for row in rows for number in (row.then, row.last)})
        found = {}
        for row in rows:
            then_state, last = states[row.then], states[row.last]
            if then_state is not None and self._existed(row, last or then_state):
                dates = {name: (last or then_state)[name] for name in _DATES[kind]}
                found[row.row_id] = {**then_state, **dates}
        return found

    def _existed(self, row: Row[Any], known: State) -> bool:
        day = self.day.isoformat()
        if known["valid_to"] and known["valid_to"] < day:
            return False
        if known["valid_from"]:
            return bool(known["valid_from"] <= day)
        since = self._day(row.since)
        return since <= self.day or since == self.began

    def _in_order(self, states: Mapping[UUID, State]) -> dict[UUID, UnitOn]:
        """Return units in tree order; one whose parent did not exist comes at the top."""
        below: dict[UUID | None, list[UUID]] = defaultdict(list)
        for unit_id, state in states.items():
            parent_id = UUID(state["parent_id"]) if state["parent_id"] else None
            below[parent_id if parent_id in states else None].append(unit_id)
        for children in below.values():
            children.sort(key=lambda each: self._key(states[each]["name"]), reverse=True)
        found: dict[UUID, UnitOn] = {}
        waiting = [(unit_id, 0) for unit_id in below[None]]
        while waiting:
            unit_id, depth = waiting.pop()
            found[unit_id] = self._unit(unit_id, states[unit_id], depth)
            waiting += [(child_id, depth + 1) for child_id in below.get(unit_id, ())]
        return found

    def _unit(self, unit_id: UUID, state: State, depth: int) -> UnitOn:
        return UnitOn(
            id=unit_id,
            agency=self.agency,
            parent_id=UUID(state["parent_id"]) if state["parent_id"] else None,
            name=Localized(state["name"]),
            valid_to=date.fromisoformat(state["valid_to"]) if state["valid_to"] else None,
            successor_id=UUID(state["successor_id"]) if state["successor_id"] else None,
            depth=depth,
        )

    def _key(self, text: Mapping[str, str]) -> str:
        return sort_key_of(Localized(text), self.agency.language)

    def _day(self, instant: datetime) -> date:
        return instant.astimezone(self._zone).date()


_DATES = {
    ChangeKind.UNIT: ("valid_from", "valid_to", "successor_id"),
    ChangeKind.POST: ("valid_from", "valid_to"),
}
"""Columns taken from the last state, since a later correction counts."""


def holders_on(
    post_ids: Collection[UUID], agency: Agency, day: date
) -> dict[UUID, list[Appointment]]:
    """Return the appointments to each of these posts on a day, by their dates, holders first."""
    found: dict[UUID, list[Appointment]] = defaultdict(list)
    for some in in_parts(post_ids):
        rows = select(Appointment).where(Appointment.post_id.in_(some), *_ran_on(agency, day))
        for row in db.session.scalars(rows.order_by(Appointment.since, Appointment.id)):
            found[row.post_id].append(row)
    kinds = list(AppointmentKind)
    for held in found.values():
        held.sort(key=lambda row: kinds.index(row.kind))
    return found


def places_taken_on(agency: Agency, day: date) -> dict[UUID, int]:
    """Count the holders of each post of an agency on a day, without acting ones."""
    rows = (
        select(Appointment.post_id, func.count())
        .join(Post, Post.id == Appointment.post_id)
        .where(
            Post.agency_id == agency.id,
            Appointment.kind == AppointmentKind.HOLDER,
            *_ran_on(agency, day),
        )
        .group_by(Appointment.post_id)
    )
    return dict(db.session.execute(rows).all())


def _ran_on(agency: Agency, day: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for an appointment to be in effect on a day, by its dates."""
    start, end = clock.start_of(day, agency.time_zone), clock.end_of(day, agency.time_zone)
    return (
        Appointment.since < end,
        or_(Appointment.until.is_(None), Appointment.until > start),
        Appointment.until.is_distinct_from(Appointment.since),
    )


def _states_by_number(numbers: Collection[int]) -> dict[int, State | None]:
    found: dict[int, State | None] = {}
    for some in in_parts(numbers):
        rows = select(OrganisationChange.number, OrganisationChange.state).where(
            OrganisationChange.number.in_(some)
        )
        found.update(dict(db.session.execute(rows).all()))
    return found
