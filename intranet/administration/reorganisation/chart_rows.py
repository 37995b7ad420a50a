"""The rows of the two trees of a plan: the units today, and those after it, with what changes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from intranet.administration.reorganisation.change_words import ICONS, kind_words
from intranet.administration.reorganisation.chart import ChartUnit, PlanChart
from intranet.administration.reorganisation.chart_people import ChartPeople
from intranet.administration.reorganisation.models import PlanChangeKind
from intranet.administration.reorganisation.readings import PlanReading, Stated
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.text import sort_key
from intranet.platform.core.web import current_language


@dataclass(frozen=True)
class ChangeTag:
    """A word for what happens to a unit, with its icon and tone."""

    text: str
    icon: str
    tone: str = "accent"


@dataclass(frozen=True)
class ChartRow:
    """A unit in a tree. `head` is empty while the post is vacant, None if there is no such post."""

    unit: ChartUnit
    depth: int
    count: int
    head: str | None
    tags: list[ChangeTag] = field(default_factory=list)
    has_children: bool = False
    is_open: bool = False
    is_shown: bool = True
    is_found: bool = False
    leaves: int = 0

    @property
    def tone(self) -> str:
        """The tone of its edge: the gravest of its tags."""
        tones = {tag.tone for tag in self.tags}
        return next((tone for tone in ("bad", "attn", "ok", "accent") if tone in tones), "")


@dataclass(frozen=True)
class PlanTree:
    """A tree: its rows in order, the units that the plan ends below it, and the number of units."""

    rows: list[ChartRow]
    ended: list[ChartRow]
    count: int
    found: int


class TreeMaker:
    """Makes both trees of a plan from its reading."""

    def __init__(self, reading: PlanReading, typed: str = "") -> None:
        self._reading = reading
        self._words = kind_words()
        self._typed = sort_key(typed)
        self._wrong = {finding.change_id for finding in reading.errors}
        self._left = _count_left(reading)

    def before(self, people: ChartPeople) -> PlanTree:
        """Return the tree of today."""
        tags = {key: self._tags_before(unit) for key, unit in self._reading.before.units.items()}
        return self._tree(self._reading.before, people, tags)

    def after(self, people: ChartPeople) -> PlanTree:
        """Return the tree as the plan makes it, and what ends by it."""
        chart = self._reading.after
        tags = {unit.id: self._tags_after(unit) for unit in chart.living()}
        return self._tree(chart, people, tags)

    def _tree(
        self, chart: PlanChart, people: ChartPeople, tags: dict[UUID, list[ChangeTag]]
    ) -> PlanTree:
        below = chart.children()
        found = {unit.id for unit in chart.units.values() if self._is_found(unit)}
        opened = {chart.root_id}
        for key in found | {key for key, of_unit in tags.items() if of_unit}:
            opened.update(chart.above(key)[:-1])

        def row_of(unit: ChartUnit, depth: int) -> ChartRow:
            above = chart.above(unit.id)[:-1]
            return ChartRow(
                unit=unit,
                depth=depth,
                count=people.counts.get(unit.id, 0),
                head=people.heads.get(unit.id),
                tags=tags.get(unit.id, []),
                has_children=bool(below.get(unit.id)),
                is_open=unit.id in opened,
                is_shown={*above} <= opened,
                is_found=unit.id in found,
                leaves=self._left[unit.id] if unit.ended else 0,
            )

        # Depth 0 is the agency itself, which no plan changes.
        rows = [row_of(unit, depth - 1) for depth, unit in chart.in_order() if depth]
        ended: list[ChartRow] = []
        for key in self._reading.successors if chart is self._reading.after else ():
            if unit := chart.units.get(key):
                tags[key] = [self._end_tag(unit)]
                waiting = [(0, unit)]
                while waiting:  # what it leaves below it has no place in the tree
                    depth, each = waiting.pop()
                    ended.append(row_of(each, depth))
                    waiting += [(depth + 1, child) for child in reversed(below.get(each.id, []))]
        if self._typed:
            ended = [row for row in ended if row.is_found]
        count = len(chart.living()) - 1
        return PlanTree(rows, ended, count, len(found) if self._typed else 0)

    def _is_found(self, unit: ChartUnit) -> bool:
        if not self._typed:
            return False
        name = sort_key(unit.name.text(current_language()))
        return self._typed in name or self._typed in sort_key(unit.code)

    def _tags_before(self, unit: ChartUnit) -> list[ChangeTag]:
        after = self._reading.after.units[unit.id]
        if unit.id in self._reading.successors:
            return [self._end_tag(unit)]
        return [*self._wrong_tag(unit), *self._differences(unit, after), *self._merger(unit)]

    def _end_tag(self, unit: ChartUnit) -> ChangeTag:
        if self._left[unit.id]:
            return ChangeTag(_("To resolve"), "triangle-alert", "attn")
        kinds = {change.spec.kind for change in self._valid(unit)}
        if PlanChangeKind.MERGE in kinds:
            return ChangeTag(self._words[PlanChangeKind.MERGE], ICONS[PlanChangeKind.MERGE])
        if PlanChangeKind.SPLIT in kinds:
            return ChangeTag(self._words[PlanChangeKind.SPLIT], ICONS[PlanChangeKind.SPLIT])
        return ChangeTag(self._words[PlanChangeKind.DISSOLVE], ICONS[PlanChangeKind.DISSOLVE])

    def _tags_after(self, unit: ChartUnit) -> list[ChangeTag]:
        before = self._reading.before.units.get(unit.id)
        tags = [*self._wrong_tag(unit), *self._merger(unit)]
        if before is None and not tags:
            is_part = any(change.spec.kind == PlanChangeKind.SPLIT for change in self._valid(unit))
            icon = ICONS[PlanChangeKind.SPLIT if is_part else PlanChangeKind.FOUND]
            tags.append(ChangeTag(self._words[PlanChangeKind.FOUND], icon, "ok"))
        if before is not None:
            tags += self._differences(before, unit)
        above = self._reading.after.units.get(unit.parent_id) if unit.parent_id else None
        if above and above.ended:
            tags.append(ChangeTag(_("To resolve"), "triangle-alert", "attn"))
        return tags

    def _differences(self, before: ChartUnit, after: ChartUnit) -> Iterable[ChangeTag]:
        if before.name != after.name:
            yield ChangeTag(self._words[PlanChangeKind.RENAME], ICONS[PlanChangeKind.RENAME])
        if before.parent_id != after.parent_id:
            yield ChangeTag(self._words[PlanChangeKind.MOVE], ICONS[PlanChangeKind.MOVE])

    def _merger(self, unit: ChartUnit) -> Iterable[ChangeTag]:
        for change in self._valid(unit):
            spec = change.spec
            if spec.kind == PlanChangeKind.MERGE and unit.id in {spec.into, spec.id}:
                count = len({*spec.units, *([spec.into] if spec.into else ())})
                text = ngettext("Merger of %(num)s", "Merger of %(num)s", count)
                yield ChangeTag(text, ICONS[PlanChangeKind.MERGE])

    def _wrong_tag(self, unit: ChartUnit) -> Iterable[ChangeTag]:
        if any(change.id in self._wrong for change in self._reading.marks.get(unit.id, ())):
            yield ChangeTag(_("To correct"), "circle-alert", "bad")

    def _valid(self, unit: ChartUnit) -> Iterable[Stated]:
        marks = self._reading.marks.get(unit.id, ())
        return [change for change in marks if change.id not in self._wrong]


def _count_left(reading: PlanReading) -> dict[UUID, int]:
    """Return how many posts and units each ended unit leaves without a place."""
    found: dict[UUID, int] = defaultdict(int)
    for finding in reading.unresolved:
        unit = reading.after.units.get(finding.unit_id) if finding.unit_id else None
        if unit is None:
            continue
        left = unit.id if unit.ended else unit.parent_id
        if left:
            found[left] += 1
    return found
