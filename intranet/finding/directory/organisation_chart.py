"""The organisation as a tree: its units, their heads and the number of vacant places."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.directory import queries
from intranet.finding.directory.entries import DirectoryEntry, entry_of
from intranet.finding.directory.faces import Face, faces_of
from intranet.finding.directory.kept_figures import until_it_changes
from intranet.finding.directory.queries import DirectoryFigures
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import heads_of_units, holders_of
from intranet.platform.core import clock


@dataclass(frozen=True)
class DirectoryChartRow:
    """A unit of the tree. `figures` include everything below it."""

    unit: Unit
    figures: DirectoryFigures
    has_children: bool
    is_open: bool
    head: DirectoryEntry | None

    @property
    def depth(self) -> int:
        """The number of levels below the root."""
        return self.unit.depth


@dataclass(frozen=True)
class Chart:
    """The visible rows in order, and the figures of the whole agency."""

    rows: list[DirectoryChartRow]
    figures: DirectoryFigures


class DirectoryTree:
    """All units of an agency as ids: the hierarchy, and the figures of each subtree."""

    def __init__(self, agency: Agency) -> None:
        """Read the tree in two queries."""
        self._children: dict[UUID | None, list[UUID]] = {}
        self._own = queries.figures_of(agency).by_unit
        rows = queries.unit_tree(agency)
        known = {row.id for row in rows}
        for row in rows:
            # A unit whose parent has ended is shown at the top until it is moved.
            parent_id = row.parent_id if row.parent_id in known else None
            self._children.setdefault(parent_id, []).append(row.id)
        self._totals = {unit_id: own for unit_id, own in self._own.items() if unit_id in known}
        for row in sorted(rows, key=lambda row: len(row.path), reverse=True):  # the deepest first
            if row.parent_id in known and (below := self._totals.get(row.id)):
                self._totals[row.parent_id] = self.of(row.parent_id) + below

    @property
    def figures(self) -> DirectoryFigures:
        """The figures of the whole agency."""
        return sum((self.of(unit_id) for unit_id in self.below(None)), DirectoryFigures())

    def below(self, unit_id: UUID | None) -> list[UUID]:
        """Return the units directly below one, by name; those at the top for None."""
        return self._children.get(unit_id, [])

    def of(self, unit_id: UUID) -> DirectoryFigures:
        """Return the figures of a unit with everything below it."""
        return self._totals.get(unit_id, DirectoryFigures())

    def own(self, unit_id: UUID) -> DirectoryFigures:
        """Return the figures of a unit by itself."""
        return self._own.get(unit_id, DirectoryFigures())

    def in_order(self, opened: Collection[UUID] | None) -> Iterable[UUID]:
        """Yield the visible units in order while these are open; None opens all."""
        waiting = list(reversed(self.below(None)))
        while waiting:
            unit_id = waiting.pop()
            yield unit_id
            if opened is None or unit_id in opened:
                waiting.extend(reversed(self.below(unit_id)))


@until_it_changes
def tree_of(agency: Agency) -> DirectoryTree:
    """Return the tree of an agency, which nobody changes: it is kept for the next reader."""
    return DirectoryTree(agency)


def chart(
    viewer: Person, agency: Agency, tree: DirectoryTree, opened: Collection[UUID] | None
) -> Chart:
    """Return the tree with these units open, and always the top; None opens everything."""
    if opened is not None:
        opened = {*opened, *tree.below(None)}
    shown = list(tree.in_order(opened))
    return Chart(_rows(viewer, agency, tree, shown, opened), tree.figures)


def people_on(rows: Iterable[DirectoryChartRow]) -> list[UUID]:
    """Return the heads that these rows name."""
    return [row.head.face["id"] for row in rows if row.head and row.head.face]


def branch_of(viewer: Person, tree: DirectoryTree, unit: Unit) -> list[DirectoryChartRow]:
    """Return the rows directly below a unit, all closed."""
    return _rows(viewer, unit.agency, tree, tree.below(unit.id), ())


def heads(viewer: Person, agency: Agency, unit_ids: Collection[UUID]) -> dict[UUID, DirectoryEntry]:
    """Return the head of each unit; if there is none, the vacant post and its stand-ins."""
    now = clock.now()
    there = heads_of_units(unit_ids, now)
    vacant = queries.head_posts([each for each in unit_ids if each not in there], agency)
    covering = holders_of([post.fallback_id for post in vacant if post.fallback_id], now)
    standing = [row for rows in (*there.values(), *covering.values()) for row in rows]
    faces = faces_of((row.person for row in standing), viewer)
    found = {unit_id: entry_of(rows[0], faces) for unit_id, rows in there.items()}
    for post in vacant:
        found.setdefault(post.unit_id, _vacancy(post, covering, faces))
    return found


def _vacancy(
    post: Post,
    covering: Mapping[UUID, Sequence[Appointment]],
    faces: Mapping[UUID, Face],
) -> DirectoryEntry:
    rows = covering.get(post.fallback_id, ()) if post.fallback_id else ()
    stand_ins = tuple(faces[row.person_id] for row in rows)
    return DirectoryEntry(post, vacant=post.places, stand_ins=stand_ins)


def _rows(
    viewer: Person,
    agency: Agency,
    tree: DirectoryTree,
    unit_ids: Sequence[UUID],
    opened: Collection[UUID] | None,
) -> list[DirectoryChartRow]:
    if not unit_ids:
        return []
    units = {
        unit.id: unit for unit in db.session.scalars(select(Unit).where(Unit.id.in_(unit_ids)))
    }
    leading = heads(viewer, agency, unit_ids)
    return [
        DirectoryChartRow(
            unit=units[unit_id],
            figures=tree.of(unit_id),
            has_children=bool(tree.below(unit_id)),
            is_open=opened is None or unit_id in opened,
            head=leading.get(unit_id),
        )
        for unit_id in unit_ids
        if unit_id in units
    ]
