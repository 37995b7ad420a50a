"""The size of the country: a few very large agencies, and thousands of small ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tools.bench.country.raw import Of, id_of

AGENCIES, PEOPLE, MESSAGES, PUBLICATIONS = 5_000, 1_000_000, 10_000_000, 200_000
SIZE_RANK_OFFSET = 3
"""A larger offset makes the largest agencies smaller; with 3 the largest has 34,000 people."""
PEOPLE_IN_A_SERVICE, SERVICES_IN_A_DEPARTMENT = 20, 12
MIN_AGENCY_PEOPLE = 3


@dataclass(frozen=True)
class Scale:
    """A share of the country's data, dated from `began` to `ended` (milliseconds since 1970)."""

    share: float
    began: int
    ended: int

    @property
    def messages(self) -> int:
        """The number of messages."""
        return int(MESSAGES * self.share)

    @property
    def publications(self) -> int:
        """The number of publications."""
        return int(PUBLICATIONS * self.share)

    def sizes(self) -> list[int]:
        """Return the number of people of each agency, the largest first."""
        count = max(int(AGENCIES * self.share), 4)
        parts = [1 / (rank + SIZE_RANK_OFFSET) for rank in range(1, count + 1)]
        whole = PEOPLE * self.share / sum(parts)
        return [max(int(part * whole), MIN_AGENCY_PEOPLE) for part in parts]

    def id_of(self, kind: Of, number: int) -> str:
        """Return the id of an object that exists from the beginning."""
        return id_of(kind, number, self.began + number)


class CountrySpace(NamedTuple):
    """A space and its channel, of an agency, a department or a service.

    Its members have consecutive numbers: `first` is the first, `size` the count; the first `own`
    of them hold posts in its own unit. The space, its unit and its channel share one number.
    `above` are the numbers of the spaces over it, that of the agency first.
    """

    number: int
    agency: int
    above: tuple[int, ...]
    first: int
    size: int
    own: int

    @property
    def is_agency(self) -> bool:
        """Whether the space is that of a whole agency."""
        return not self.above

    @property
    def is_service(self) -> bool:
        """Whether the unit of the space has no unit below it."""
        return self.own == self.size


def country_spaces(sizes: list[int]) -> Iterator[list[CountrySpace]]:
    """Yield the spaces of each agency: its own first, each department before its services.

    The heads of an agency and of a department belong to no service.
    """
    number = first = 0
    for agency, size in enumerate(sizes):
        found = [CountrySpace(number, agency, (), first, size, 1)]
        start, end = first + 1, first + size
        has_departments = size > PEOPLE_IN_A_SERVICE * SERVICES_IN_A_DEPARTMENT
        while start < end:
            above: tuple[int, ...] = (number,)
            until = end
            if has_departments:
                until = min(start + 1 + PEOPLE_IN_A_SERVICE * SERVICES_IN_A_DEPARTMENT, end)
                department = number + len(found)
                found.append(CountrySpace(department, agency, above, start, until - start, 1))
                above, start = (number, department), start + 1
            while start < until:
                count = min(PEOPLE_IN_A_SERVICE, until - start)
                found.append(CountrySpace(number + len(found), agency, above, start, count, count))
                start += count
        yield found
        first += size
        number += len(found)
