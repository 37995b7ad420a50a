"""How large everything is, and where: a few very large agencies, and thousands of small ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from intranet.bench.country.raw import Of, id_of

AGENCIES, PEOPLE, MESSAGES, PUBLICATIONS = 5_000, 1_000_000, 10_000_000, 200_000
LARGEST = 3
"""The larger this is, the less the largest agencies stand out: here the first has 34,000 people."""
IN_A_SERVICE, IN_A_DEPARTMENT = 20, 12
FEWEST = 3


@dataclass(frozen=True)
class Scale:
    """So much of everything, beginning at an instant (in milliseconds since 1970)."""

    share: float
    began: int
    ended: int

    @property
    def messages(self) -> int:
        """How many messages there are in all."""
        return int(MESSAGES * self.share)

    @property
    def publications(self) -> int:
        """How many publications."""
        return int(PUBLICATIONS * self.share)

    def sizes(self) -> list[int]:
        """How many people each agency has, the largest first."""
        count = max(int(AGENCIES * self.share), 4)
        parts = [1 / (rank + LARGEST) for rank in range(1, count + 1)]
        whole = PEOPLE * self.share / sum(parts)
        return [max(int(part * whole), FEWEST) for part in parts]

    def id_of(self, kind: Of, number: int) -> str:
        """The id of what was there from the beginning."""
        return id_of(kind, number, self.began + number)


class Room(NamedTuple):
    """A space and its channel: of an agency, a department or a service.

    Who is in it stands in a row: `first` is the number of the first person, `size` how many; the
    first `own` of them stand right in its unit. Its unit, its channel and it have one number;
    `above` are those of the rooms over it, the agency's first.
    """

    number: int
    agency: int
    above: tuple[int, ...]
    first: int
    size: int
    own: int

    @property
    def is_agency(self) -> bool:
        """Whether all of an agency is in it."""
        return not self.above

    @property
    def is_service(self) -> bool:
        """Whether it has nobody below it."""
        return self.own == self.size


def rooms(sizes: list[int]) -> Iterator[list[Room]]:
    """The rooms of each agency: its own first, each department's before those of its services.

    A department's head, who is the first in it, stands in no service; nor does the agency's.
    """
    number = first = 0
    for agency, size in enumerate(sizes):
        found = [Room(number, agency, (), first, size, 1)]
        start, end = first + 1, first + size
        has_departments = size > IN_A_SERVICE * IN_A_DEPARTMENT
        while start < end:
            above: tuple[int, ...] = (number,)
            until = end
            if has_departments:
                until = min(start + 1 + IN_A_SERVICE * IN_A_DEPARTMENT, end)
                department = number + len(found)
                found.append(Room(department, agency, above, start, until - start, 1))
                above, start = (number, department), start + 1
            while start < until:
                count = min(IN_A_SERVICE, until - start)
                found.append(Room(number + len(found), agency, above, start, count, count))
                start += count
        yield found
        first += size
        number += len(found)
