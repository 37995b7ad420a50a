"""The tree as a file would leave it: depths, cycles, and what still stands below a unit."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

ROOT = ""
BROKEN = -1
"""The depth of a unit that stands in a cycle."""

Key = tuple[object, str]


@dataclass(slots=True)
class Node:
    """A unit by where it will hang. `number` is its line; 0 where it is only in the database."""

    parent: str | None
    number: int = 0
    is_over: bool = False


class Tree:
    """Units of several agencies, by agency and code."""

    def __init__(self) -> None:
        """Begin empty."""
        self.nodes: dict[Key, Node] = {}
        self._depths: dict[Key, int] = {}
        self._below: Counter[Key] = Counter()

    def add_from_file(self, key: Key, parent: str | None, number: int, *, is_over: bool) -> None:
        """Hang a unit as the file says; None where it does not say it. The first line counts."""
        if key not in self.nodes:
            self.nodes[key] = Node(parent, number, is_over)

    def add_from_database(self, key: Key, parent: str, *, is_over: bool) -> None:
        """Hang a unit as it hangs now, unless the file says otherwise."""
        node = self.nodes.setdefault(key, Node(parent, 0, is_over))
        if node.parent is None:
            node.parent = parent

    def settle(self) -> None:
        """Reckon depths and what stands below what, once everything is there."""
        for key in self.nodes:
            self._reckon(key)
        for (agency, _code), node in self.nodes.items():
            if node.parent and not node.is_over:
                self._below[agency, node.parent] += 1

    def depth(self, agency: UUID | str, code: str) -> int:
        """How far below the root; the root's own children are 1, units in a cycle `BROKEN`."""
        return self._depths.get((agency, code), 1)

    def holds(self, agency: UUID | str, code: str) -> bool:
        """Whether there is such a unit, in the file or in the database."""
        return (agency, code) in self.nodes

    def below(self, agency: UUID | str, code: str) -> int:
        """How many units that are not over stand right below."""
        return self._below[agency, code]

    def _reckon(self, key: Key) -> None:
        """The depth of a unit and of those above it, without calling itself: trees are deep."""
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
