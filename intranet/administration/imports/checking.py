"""A dry run: every line is looked at, and nothing is changed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, BinaryIO

from intranet.administration.imports.columns import Columns, Kind, columns_of, is_header_of
from intranet.administration.imports.csvlines import Line
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.importer import Importer, Scope
from intranet.administration.imports.kinds.agencies import AgenciesImporter
from intranet.administration.imports.kinds.appointing import Appointing
from intranet.administration.imports.kinds.dir3 import Dir3Importer
from intranet.administration.imports.kinds.duties import DutiesImporter
from intranet.administration.imports.kinds.people import PeopleImporter
from intranet.administration.imports.kinds.posts import PostsImporter
from intranet.administration.imports.kinds.staff import StaffImporter
from intranet.administration.imports.kinds.units import UnitsImporter
from intranet.administration.imports.outcomes import Outcome, What
from intranet.administration.imports.reading import OpenTable, Said

LINES_LIMIT = 500_000
AT_ONCE = 1000
IMPORTERS: dict[Kind, type[Importer[Any]]] = {
    Kind.AGENCIES: AgenciesImporter,
    Kind.UNITS: UnitsImporter,
    Kind.POSTS: PostsImporter,
    Kind.PEOPLE: PeopleImporter,
    Kind.STAFF: StaffImporter,
    Kind.DIR3: Dir3Importer,
    Kind.DUTIES: DutiesImporter,
}


@dataclass
class Checked:
    """What a dry run found: how the file was read, and how many lines do what."""

    said: Said
    header: list[str]
    columns: Columns
    read: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count a line."""
        self.read += 1
        self.counts[outcome.what.value] += 1
        self.counts["joins"] += outcome.joins
        self.counts["leaves"] += outcome.leaves


Take = Callable[[Checked, list[Outcome]], None]


def check(stream: BinaryIO, kind: Kind, scope: Scope, take: Take) -> Checked:
    """Look at every line of a file.

    Args:
        take: gets what is known of the file so far and some outcomes, in the order of the file.

    Raises:
        Refused: the file cannot be taken; what `take` was given does not count.
    """
    with OpenTable(stream, lambda cells: is_header_of(kind, cells)) as table:
        columns = columns_of(kind, table.header)
        checked = Checked(table.said, table.header, columns)
        importer = IMPORTERS[kind](scope, columns)
        width = len(table.header)
        importer.survey(_bounded(table.lines(), width))
        outcomes = importer.outcomes(_bounded(table.lines(), width))
        while some := list(islice(outcomes, AT_ONCE)):
            for outcome in some:
                checked.add(outcome)
            take(checked, some)
    for name in (What.CREATED, What.CHANGED, What.ENDED, What.UNCHANGED, What.REJECTED):
        checked.counts.setdefault(name.value, 0)
    _count_people(importer, checked)
    return checked


def _bounded(lines: Iterable[Line], width: int) -> Iterator[Line]:
    """The lines of a file, as far as there may be; one with too many cells cannot be read."""
    remaining = iter(lines)
    for line in islice(remaining, LINES_LIMIT):
        if line.fault is None and any(cell.strip() for cell in line.cells[width:]):
            yield Line(line.number, line.cells, fault="cells")
        else:
            yield line
    if next(chain(remaining), None) is not None:
        raise Refused("too_many_lines", limit=LINES_LIMIT)


def _count_people(importer: Importer[Any], checked: Checked) -> None:
    """Who would hold nothing any more, and who has an account but no invitation yet."""
    appointing = getattr(importer, "appointing", None)
    if isinstance(appointing, Appointing):
        known = appointing.persons.by_id
        checked.counts["leavers"] = sum(known[each].leaves for each in appointing.ended)
        checked.counts["uninvited"] = sum(
            person.state == "invited" and not person.is_invited
            for person in appointing.meant.values()
        )
        checked.counts["newcomers"] = accounts_made(importer)


def accounts_made(importer: Importer[Any]) -> int:
    """How many accounts an importer makes, or would make, for people who are new."""
    appointing = getattr(importer, "appointing", None)
    if not isinstance(appointing, Appointing):
        return 0
    return sum(each.is_new and each.state is not None for each in appointing.meant.values())
