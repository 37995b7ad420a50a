"""Read a plan: the chart of today and the changes in order give the chart after it, and findings.

It is a pure function, so that the preview, the page side by side and what is applied agree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from intranet.administration.reorganisation.changes import ChangeSpec, Names
from intranet.administration.reorganisation.chart import ChartPost, ChartUnit, PlanChart
from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.models import PlanChangeKind
from intranet.administration.reorganisation.readings import PlanReading, Stated
from intranet.organisation.agencies.operations.units import DEPTH_LIMIT
from intranet.platform.core.types import Localized


def read_plan(before: PlanChart, changes: Sequence[Stated], codes: Iterable[str]) -> PlanReading:
    """Return what a plan makes of a chart.

    Args:
        before: the chart of the agency, with what is not over on the day of the plan.
        changes: in their order.
        codes: of all units of the agency, ended ones included.
    """
    reader = _PlanReader(before, set(codes), changes)
    for change in changes:
        reader.take(change)
    reader.look_at_whole()
    return reader.found


class _RefusedError(Exception):
    """A change cannot be made."""

    def __init__(
        self, code: str, unit_id: UUID | None = None, post_id: UUID | None = None, /, **about: str
    ) -> None:
        super().__init__(code)
        self.finding = Finding(code, None, unit_id, post_id, about)


class _PlanReader:
    """Applies the changes one after another to a copy of the chart."""

    def __init__(self, before: PlanChart, codes: set[str], changes: Sequence[Stated]) -> None:
        self.found = PlanReading(before, before.copied())
        self._chart = self.found.after
        self._codes = codes
        self._later = {key for change in changes for key in founded_by(change.spec)}

    def take(self, change: Stated) -> None:
        """Make one change, or note why it cannot be made."""
        take = {
            PlanChangeKind.RENAME: self._rename,
            PlanChangeKind.MOVE: self._move,
            PlanChangeKind.MERGE: self._merge,
            PlanChangeKind.SPLIT: self._split,
            PlanChangeKind.DISSOLVE: self._dissolve,
            PlanChangeKind.FOUND: self._found,
            PlanChangeKind.MOVE_POST: self._move_post,
            PlanChangeKind.END_POST: self._end_post,
            PlanChangeKind.HEAD: self._head,
        }[change.spec.kind]
        for unit_id in units_of(change.spec):
            self.found.marks[unit_id].append(change)
        if change.spec.post:
            self.found.post_marks[change.spec.post].append(change)
        try:
            take(change.spec)
        except _RefusedError as refused:
            self.found.findings.append(replace(refused.finding, change_id=change.id))

    def look_at_whole(self) -> None:
        """Look for what no single change shows: what is left behind, and doubled names."""
        chart = self._chart
        for post in chart.posts.values():
            unit = chart.units.get(post.unit_id)
            if (
                not post.ended
                and (unit is None or unit.ended)
                and post.unit_id in self.found.successors
            ):
                self._note("post_left", None, post.unit_id, post.id, what=self._title(post.id))
        for unit in chart.living():
            above = chart.units.get(unit.parent_id) if unit.parent_id else None
            if above and above.ended:
                self._note("unit_left", None, unit.id, unit=self._name(unit.id))
        self._look_at_names()
        self._look_at_heads()

    def _look_at_names(self) -> None:
        chart, said = self._chart, set()
        touched = {*self.found.marks, *self._later}
        places: dict[tuple[UUID | None, str], list[UUID]] = defaultdict(list)
        for unit in chart.living():
            name = unit.name.text(chart.language).casefold()
            places[unit.parent_id, name].append(unit.id)
        for ids in places.values():
            if len(ids) > 1 and touched & {*ids}:
                unit_id = next(each for each in ids if each in touched)
                if unit_id not in said:
                    said.add(unit_id)
                    marks = self.found.marks.get(unit_id)
                    change_id = marks[-1].id if marks else None
                    self._note("name_taken", change_id, unit_id, unit=self._name(unit_id))

    def _look_at_heads(self) -> None:
        before, after = _heads(self.found.before), _heads(self._chart)
        for unit in self._chart.living():
            count = after[unit.id]
            if unit.parent_id is None or count == before[unit.id]:
                continue
            if count == 0:
                self._note("no_head", None, unit.id, unit=self._name(unit.id))
            elif count > 1:
                self._note("two_heads", None, unit.id, unit=self._name(unit.id), count=str(count))

    def _rename(self, spec: ChangeSpec) -> None:
        unit = self._unit(spec.unit)
        self._require_no_root(unit)
        unit.name = _localized(spec.name)

    def _move(self, spec: ChangeSpec) -> None:
        unit, parent = self._unit(spec.unit), self._unit(spec.parent)
        self._require_no_root(unit)
        if unit.id in self._chart.above(parent.id):
            raise _RefusedError("below_itself", unit.id, unit=self._name(unit.id))
        unit.parent_id = parent.id
        self._require_depth(unit)

    def _merge(self, spec: ChangeSpec) -> None:
        units = [self._unit(each) for each in dict.fromkeys(spec.units)]
        for unit in units:
            self._require_no_root(unit)
        if spec.into:
            into = self._unit(spec.into)
            for unit in units:
                if unit.id != into.id and unit.id in self._chart.above(into.id):
                    names = {"unit": self._name(unit.id), "into": self._name(into.id)}
                    raise _RefusedError("into_child", unit.id, **names)
            units = [unit for unit in units if unit.id != into.id]
            if not units:
                raise _RefusedError("alone", into.id)
        else:
            if len(units) < 2:  # noqa: PLR2004 - one unit does not merge
                raise _RefusedError("alone", units[0].id)
            parent = self._unit(spec.parent)
            for unit in units:
                if unit.id in self._chart.above(parent.id):
                    names = {"unit": self._name(unit.id), "into": self._name(parent.id)}
                    raise _RefusedError("into_child", unit.id, **names)
            into = self._new(spec.id, parent, _localized(spec.name), spec.code)
        for unit in units:
            self._end(unit, into)

    def _split(self, spec: ChangeSpec) -> None:
        unit = self._unit(spec.unit)
        self._require_no_root(unit)
        if len(spec.parts) < 2 and not spec.successor:  # noqa: PLR2004 - a part is no split
            raise _RefusedError("one_part", unit.id)
        parent = self._unit(unit.parent_id)
        self._require_known_parts(spec, unit)
        parts = [
            self._new(part.id, parent, _localized(part.name), part.code) for part in spec.parts
        ]
        for part, made in zip(spec.parts, parts, strict=True):
            for post_id in part.posts:
                self._chart.posts[post_id].unit_id = made.id
            for child_id in part.units:
                self._chart.units[child_id].parent_id = made.id
        self._end(unit, self._unit(spec.successor) if spec.successor else parts[0])

    def _require_known_parts(self, spec: ChangeSpec, unit: ChartUnit) -> None:
        for part in spec.parts:
            for post_id in part.posts:
                if self._post(post_id).unit_id != unit.id:
                    names = {"what": self._title(post_id), "unit": self._name(unit.id)}
                    raise _RefusedError("not_there", unit.id, post_id, **names)
            for child_id in part.units:
                if self._unit(child_id).parent_id != unit.id:
                    names = {"what": self._name(child_id), "unit": self._name(unit.id)}
                    raise _RefusedError("not_there", child_id, **names)

    def _dissolve(self, spec: ChangeSpec) -> None:
        unit = self._unit(spec.unit)
        self._require_no_root(unit)
        self._end(unit, self._unit(spec.successor) if spec.successor else None)

    def _found(self, spec: ChangeSpec) -> None:
        self._new(spec.id, self._unit(spec.parent), _localized(spec.name), spec.code)

    def _move_post(self, spec: ChangeSpec) -> None:
        self._post(spec.post).unit_id = self._unit(spec.parent).id

    def _end_post(self, spec: ChangeSpec) -> None:
        self._post(spec.post).ended = True

    def _head(self, spec: ChangeSpec) -> None:
        self._post(spec.post).is_head = spec.is_head

    def _unit(self, unit_id: UUID | None) -> ChartUnit:
        unit = self._chart.units.get(unit_id) if unit_id else None
        if unit is None:
            raise _RefusedError("not_yet" if unit_id in self._later else "gone", unit_id)
        if unit.ended:
            raise _RefusedError("ended_twice", unit.id, unit=self._name(unit.id))
        if unit.valid_to is not None and unit.valid_to <= self._chart.day:
            raise _RefusedError("ended", unit.id, unit=self._name(unit.id))
        return unit

    def _post(self, post_id: UUID | None) -> ChartPost:
        post = self._chart.posts.get(post_id) if post_id else None
        if post is None:
            raise _RefusedError("gone", None, post_id)
        if post.ended:
            raise _RefusedError("post_ended", None, post.id, what=self._title(post.id))
        return post

    def _new(self, unit_id: UUID, parent: ChartUnit, name: Localized, code: str) -> ChartUnit:
        if code and code in self._codes:
            raise _RefusedError("code_taken", unit_id, code=code)
        if unit_id in self._chart.units:
            raise _RefusedError("founded_before", unit_id, unit=name.text(self._chart.language))
        if code:
            self._codes.add(code)
        unit = ChartUnit(
            unit_id, parent.id, code, name, "unit", self._chart.day, None, None, is_new=True
        )
        self._chart.units[unit_id] = unit
        self._require_depth(unit)
        return unit

    def _end(self, unit: ChartUnit, successor: ChartUnit | None) -> None:
        """End a unit; its posts and the units below it go to its successor."""
        if successor:
            if successor.id == unit.id:
                raise _RefusedError("into_itself", unit.id, unit=self._name(unit.id))
            if unit.id in self._chart.above(successor.id):
                names = {"unit": self._name(unit.id), "into": self._name(successor.id)}
                raise _RefusedError("into_child", unit.id, **names)
            for post in self._chart.posts.values():
                if post.unit_id == unit.id and not post.ended:
                    post.unit_id = successor.id
            for child in self._chart.living():
                if child.parent_id == unit.id:
                    child.parent_id = successor.id
                    self._require_depth(child)
        unit.ended = True
        unit.successor_id = successor.id if successor else None
        self.found.successors[unit.id] = unit.successor_id

    def _require_no_root(self, unit: ChartUnit) -> None:
        if unit.parent_id is None:
            raise _RefusedError("root", unit.id)

    def _require_depth(self, unit: ChartUnit) -> None:
        below = self._chart.children()
        deepest, waiting = 0, [(len(self._chart.above(unit.id)) - 1, unit.id)]
        while waiting:
            depth, unit_id = waiting.pop()
            deepest = max(deepest, depth)
            waiting += [(depth + 1, child.id) for child in below.get(unit_id, ())]
        if deepest > DEPTH_LIMIT:
            raise _RefusedError("too_deep", unit.id, unit=self._name(unit.id))

    def _name(self, unit_id: UUID) -> str:
        return self._chart.units[unit_id].name.text(self._chart.language)

    def _title(self, post_id: UUID) -> str:
        return self._chart.posts[post_id].title.text(self._chart.language)

    def _note(
        self,
        code: str,
        change_id: UUID | None,
        unit_id: UUID | None = None,
        post_id: UUID | None = None,
        **about: str,
    ) -> None:
        self.found.findings.append(Finding(code, change_id, unit_id, post_id, about))


def founded_by(spec: ChangeSpec) -> list[UUID]:
    """Return the ids of the units that a change founds."""
    return [spec.id] if spec.founds_unit else [part.id for part in spec.parts]


def units_of(spec: ChangeSpec) -> list[UUID]:
    """Return the units that a change itself names and alters, founded ones included."""
    named = [spec.unit, *spec.units, *founded_by(spec)]
    if spec.kind == PlanChangeKind.MERGE:
        named.append(spec.into)
    return list(dict.fromkeys(each for each in named if each))


def _localized(names: Names) -> Localized:
    return Localized({str(tag): text for tag, text in names.items()})


def _heads(chart: PlanChart) -> Mapping[UUID, int]:
    return Counter(post.unit_id for post in chart.posts.values() if post.is_head and not post.ended)
