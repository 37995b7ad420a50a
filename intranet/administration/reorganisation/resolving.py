"""Suggest where a post or a unit goes that a plan leaves without a place."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from uuid import UUID

from intranet.administration.reorganisation.chart import ChartUnit
from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.models import PlanChangeKind
from intranet.administration.reorganisation.readings import PlanReading


@dataclass(frozen=True)
class LeftBehind:
    """Everything that one ended unit leaves without a place.

    `target` is the unit to which it would most likely go, `closing` the change that closes the unit
    and could name a successor.
    """

    unit: ChartUnit
    findings: list[Finding]
    target: ChartUnit | None
    closing: UUID | None


def left_behind(reading: PlanReading) -> list[LeftBehind]:
    """Return what has no place yet, by the unit that leaves it."""
    by_unit: dict[UUID, list[Finding]] = defaultdict(list)
    for finding in reading.unresolved:
        unit = reading.after.units.get(finding.unit_id) if finding.unit_id else None
        left = unit and (unit.id if unit.ended else unit.parent_id)
        if left:
            by_unit[left].append(finding)
    return [
        LeftBehind(reading.after.units[key], found, _target(reading, key), _closing(reading, key))
        for key, found in by_unit.items()
    ]


def _closing(reading: PlanReading, unit_id: UUID) -> UUID | None:
    for change in reading.marks.get(unit_id, ()):
        if change.spec.kind == PlanChangeKind.DISSOLVE and change.spec.unit == unit_id:
            return change.id
    return None


def _target(reading: PlanReading, left_id: UUID) -> ChartUnit | None:
    """Return the unit to which most of what was in it goes, else the nearest living one above."""
    after = reading.after
    going: Counter[UUID] = Counter()
    for each in reading.before.units.values():
        place = after.units[each.id].parent_id
        if each.parent_id == left_id and place:
            going[place] += 1
    for post in reading.before.posts.values():
        if post.unit_id == left_id:
            going[after.posts[post.id].unit_id] += 1
    wanted = [key for key, _count in going.most_common()]
    known = left_id in reading.before.units
    above = reading.before.above(left_id)[-2::-1] if known else []
    for key in [*wanted, *above]:
        found = after.units.get(key)
        if found and not found.ended and left_id not in after.above(key):
            return found
    return None
