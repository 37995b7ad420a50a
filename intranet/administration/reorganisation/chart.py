"""The organisation chart of an agency in memory: as it is, and as a plan would make it."""

from collections import defaultdict
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Self
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.platform.core.types import Localized


@dataclass(slots=True)
class ChartUnit:
    """A unit. `ended` ones stay in the chart, with the unit that succeeds them, if any."""

    id: UUID
    parent_id: UUID | None
    code: str
    name: Localized
    kind: str
    valid_from: date | None
    valid_to: date | None
    successor_id: UUID | None
    is_new: bool = False
    ended: bool = False


@dataclass(slots=True)
class ChartPost:
    """A post in its unit."""

    id: UUID
    unit_id: UUID
    title: Localized
    is_head: bool
    level: int
    sort_key: str
    valid_to: date | None
    ended: bool = False


@dataclass
class PlanChart:
    """The units and posts of an agency that are not over on a day, by id."""

    agency_id: UUID
    language: str
    day: date
    units: dict[UUID, ChartUnit] = field(default_factory=dict)
    posts: dict[UUID, ChartPost] = field(default_factory=dict)

    def copied(self) -> Self:
        """Return a copy whose units and posts can be changed."""
        units = {key: copy(unit) for key, unit in self.units.items()}
        posts = {key: copy(post) for key, post in self.posts.items()}
        return type(self)(self.agency_id, self.language, self.day, units, posts)

    @property
    def root_id(self) -> UUID:
        """The id of the unit that is the agency itself."""
        return next(unit.id for unit in self.units.values() if unit.parent_id is None)

    def living(self) -> list[ChartUnit]:
        """Return the units that have not ended."""
        return [unit for unit in self.units.values() if not unit.ended]

    def above(self, unit_id: UUID) -> list[UUID]:
        """Return the ids from the root down to a unit, both included."""
        found: list[UUID] = []
        at: UUID | None = unit_id
        while at is not None and at not in found:
            found.append(at)
            at = self.units[at].parent_id if at in self.units else None
        return found[::-1]

    def path(self, unit_id: UUID) -> str:
        """Return the path of a unit as `Unit.path` holds it."""
        return "".join(f"/{each.hex}" for each in self.above(unit_id)) + "/"

    def children(self) -> dict[UUID | None, list[ChartUnit]]:
        """Return the living units by their parents, each level by name."""
        found: dict[UUID | None, list[ChartUnit]] = defaultdict(list)
        for unit in self.living():
            found[unit.parent_id].append(unit)
        for units in found.values():
            units.sort(key=lambda unit: (unit.name.text(self.language).casefold(), unit.id))
        return found

    def in_order(self) -> Iterator[tuple[int, ChartUnit]]:
        """Yield the living units from the root down in tree order, with their depth."""
        below = self.children()
        waiting = [(0, unit) for unit in reversed(below[None])]
        while waiting:
            depth, unit = waiting.pop()
            yield depth, unit
            waiting.extend((depth + 1, child) for child in reversed(below[unit.id]))

    def posts_by_unit(self) -> dict[UUID, list[ChartPost]]:
        """Return the living posts by unit: heads first, then by level and title."""
        found: dict[UUID, list[ChartPost]] = defaultdict(list)
        for post in self.posts.values():
            if not post.ended:
                found[post.unit_id].append(post)
        for posts in found.values():
            posts.sort(key=lambda post: (not post.is_head, post.level, post.sort_key, post.id))
        return found


def chart_of(agency_id: UUID, language: str, day: date) -> PlanChart:
    """Load the chart of an agency as it stands, with what is not over on a day. Two queries."""
    found = PlanChart(agency_id, language, day)
    units = db.session.execute(
        select(
            Unit.id,
            Unit.parent_id,
            Unit.code,
            Unit.name,
            Unit.kind,
            Unit.valid_from,
            Unit.valid_to,
            Unit.successor_id,
        ).where(Unit.agency_id == agency_id, in_force(Unit, day, ahead=True))
    )
    for row in units:
        found.units[row.id] = ChartUnit(*row)
    posts = db.session.execute(
        select(
            Post.id,
            Post.unit_id,
            Post.title,
            Post.is_head,
            Post.level,
            Post.sort_key,
            Post.valid_to,
        ).where(Post.agency_id == agency_id, in_force(Post, day, ahead=True))
    )
    for post in posts:
        found.posts[post.id] = ChartPost(*post)
    return found
