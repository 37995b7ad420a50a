"""The tree of units after an import: depths, cycles, and units that remain below another."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

ROOT = ""
BROKEN = -1
"""The depth of a unit in a cycle."""

Key = tuple[object, str]


@dataclass(slots=True)
class Node:
    """A unit with its future parent. `number` is its line; 0 if it is only in the database."""

    parent: str | None
    number: int = 0
    is_over: bool = False


class ImportTree:
    """The units of several agencies, by agency and code."""

    def __init__(self) -> None:
        """Start empty."""
        self.nodes: dict[Key, Node] = {}
        self._depths: dict[Key, int] = {}
        self._below: Counter[Key] = Counter()

    def add_from_file(self, key: Key, parent: str | None, number: int, *, is_over: bool) -> None:
        """Add a unit with its parent in the file, if any; ignore further lines of the same unit."""
        if key not in self.nodes:
            self.nodes[key] = Node(parent, number, is_over)

    def add_from_database(self, key: Key, parent: str, *, is_over: bool) -> None:
        """Add a unit with its stored parent, unless the file has the unit."""
        node = self.nodes.setdefault(key, Node(parent, 0, is_over))
        if node.parent is None:
            node.parent = parent

    def settle(self) -> None:
        """Compute depths and children, once every unit is added."""
        for key in self.nodes:
            self._reckon(key)
        for (agency, _code), node in self.nodes.items():
            if node.parent and not node.is_over:
                self._below[agency, node.parent] += 1

    def depth(self, agency: UUID | str, code: str) -> int:
        """Return the depth; 1 for children of the root, `BROKEN` for units in a cycle."""
        return self._depths.get((agency, code), 1)

    def holds(self, agency: UUID | str, code: str) -> bool:
        """Return whether the file or the database has such a unit."""
        return (agency, code) in self.nodes

    def below(self, agency: UUID | str, code: str) -> int:
        """Return the number of units directly below that are not ended."""
        return self._below[agency, code]

    def _reckon(self, key: Key) -> None:
        """Compute the depth of a unit and its ancestors, without recursion: trees are deep."""
        way: list[Key] = []
        on_way: set[Key] = set()
        while key not in self._depths:
            if key in on_way:
                self._depths.update(dict.fromkeys(way[way.index(key) :], BROKEN))
                break
            way.append(key)
            on_way.add(key)
            node = self.nodes.get(key)
            above = (key[0], node.parent) if node and node.parent else None
            if above is None or above not in self.nodes:
                self._depths[key] = 1
                break
            key = above
        for passed in reversed(way):
            if passed not in self._depths:
                node = self.nodes[passed]
                above_depth = self._depths[passed[0], node.parent or ROOT]
                self._depths[passed] = BROKEN if above_depth == BROKEN else above_depth + 1
