"""A dry run: check every line of a file without changing anything."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, BinaryIO

from intranet.administration.imports.columns import (
    Chosen,
    Columns,
    ImportKind,
    columns_of,
    is_header_of,
)
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.file_reader import ImportFormat, OpenTable
from intranet.administration.imports.importer import Importer, ImportScope
from intranet.administration.imports.kinds.agencies import AgenciesImporter
from intranet.administration.imports.kinds.appointing import Appointing
from intranet.administration.imports.kinds.dir3 import Dir3Importer
from intranet.administration.imports.kinds.duties import DutiesImporter
from intranet.administration.imports.kinds.people import PeopleImporter
from intranet.administration.imports.kinds.posts import PostsImporter
from intranet.administration.imports.kinds.staff import StaffImporter
from intranet.administration.imports.kinds.units import UnitsImporter
from intranet.administration.imports.outcomes import ImportEffect, ImportOutcome
from intranet.administration.imports.table_lines import TableNote

LINES_LIMIT = 500_000
BATCH_SIZE = 1000
IMPORTERS: dict[ImportKind, type[Importer[Any]]] = {
    ImportKind.AGENCIES: AgenciesImporter,
    ImportKind.UNITS: UnitsImporter,
    ImportKind.POSTS: PostsImporter,
    ImportKind.PEOPLE: PeopleImporter,
    ImportKind.STAFF: StaffImporter,
    ImportKind.DIR3: Dir3Importer,
    ImportKind.DUTIES: DutiesImporter,
}


@dataclass
class Checked:
    """The result of a dry run: how the file was read, and the number of lines by outcome."""

    said: ImportFormat
    header: list[str]
    columns: Columns
    read: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[TableNote] = field(default_factory=list)

    def add(self, outcome: ImportOutcome) -> None:
        """Count the outcome of a line."""
        self.read += 1
        self.counts[outcome.what.value] += 1
        self.counts["joins"] += outcome.joins
        self.counts["leaves"] += outcome.leaves


Take = Callable[[Checked, list[ImportOutcome]], None]


def check(
    stream: BinaryIO,
    kind: ImportKind,
    scope: ImportScope,
    take: Take,
    chosen: Chosen | None = None,
) -> Checked:
    """Check every line of a file.

    Args:
        chosen: how a person said that the file is to be read. Cells of columns that they do not
            import are not kept.
        take: called with the result so far and some outcomes, in the order of the file.

    Raises:
        Refused: the file cannot be read; discard what `take` was given.
    """
    header_at = chosen.header_number if chosen else 0
    with OpenTable(stream, lambda cells: is_header_of(kind, cells), header_at) as table:
        columns = columns_of(kind, table.header, chosen)
        checked = Checked(table.said, table.header, columns)
        importer = IMPORTERS[kind](scope, columns)
        width = len(table.header)

        def lines() -> Iterator[CsvLine]:
            bounded = _bounded(table.lines(), width)
            return _only_chosen(bounded, columns) if chosen else bounded

        importer.survey(lines())
        outcomes = importer.outcomes(lines())
        while some := list(islice(outcomes, BATCH_SIZE)):
            for outcome in some:
                checked.add(outcome)
            take(checked, some)
        checked.notes = table.notes()
    for name in (
        ImportEffect.CREATED,
        ImportEffect.CHANGED,
        ImportEffect.ENDED,
        ImportEffect.UNCHANGED,
        ImportEffect.REJECTED,
    ):
        checked.counts.setdefault(name.value, 0)
    if importer.passed_over:
        checked.counts["passed_over"] = importer.passed_over
    _count_people(importer, checked)
    return checked


def _bounded(lines: Iterable[CsvLine], width: int) -> Iterator[CsvLine]:
    """Yield the lines of a file up to the limit; mark a line with too many cells as unreadable."""
    remaining = iter(lines)
    for line in islice(remaining, LINES_LIMIT):
        if line.fault is None and any(cell.strip() for cell in line.cells[width:]):
            yield CsvLine(line.number, line.cells, fault="cells")
        else:
            yield line
    if next(chain(remaining), None) is not None:
        raise Refused("too_many_lines", limit=LINES_LIMIT)


def _only_chosen(lines: Iterable[CsvLine], columns: Columns) -> Iterator[CsvLine]:
    """Yield the lines with nothing in the cells that are not imported."""
    kept = frozenset(columns.places.values())
    for line in lines:
        cells = [cell if place in kept else "" for place, cell in enumerate(line.cells)]
        yield CsvLine(line.number, cells, line.fault)


def _count_people(importer: Importer[Any], checked: Checked) -> None:
    """Count people who would lose their last post, and accounts that have no invitation yet."""
    appointing = getattr(importer, "appointing", None)
    if isinstance(appointing, Appointing):
        known = appointing.persons.by_id
        checked.counts["leavers"] = sum(known[each].leaves for each in appointing.ended)
        checked.counts["uninvited"] = sum(
            person.state == "invited" and not person.is_invited
            for person in appointing.meant.values()
        )
        checked.counts["newcomers"] = count_accounts(importer)


def count_accounts(importer: Importer[Any]) -> int:
    """Return the number of accounts that an importer makes, or would make, for new people."""
    appointing = getattr(importer, "appointing", None)
    if not isinstance(appointing, Appointing):
        return 0
    return sum(each.is_new and each.state is not None for each in appointing.meant.values())
