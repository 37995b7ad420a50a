"""Survey the columns of a file: samples, and how many values look like what."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select

from intranet.administration.imports import cell_values
from intranet.administration.imports.columns import OURS, ImportKind, is_header_of
from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.file_reader import ImportFormat, OpenTable
from intranet.administration.imports.headers import plain
from intranet.extensions import db
from intranet.organisation.accounts.operations.sign_in_names import EMAIL
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.natural_names import natural_name, usual_order
from intranet.platform.core.spreadsheet import as_meant
from intranet.platform.core.text import fold, one_line

MAX_LINES = 50_000
MAX_COLUMNS = 80
MAX_DISTINCT = 20_000
MAX_NAMES = 20_000
MAX_UNSURE = 200
FIRST_LINES = 10
"""How many lines are offered as the header."""

SAMPLES, SAMPLE_CHARACTERS = 3, 60
MIN_SHARE = 0.6

_DOCUMENT = re.compile(r"[XYZ]?\d{5,8}-?[A-Z]|[XYZ]\d{7}", re.IGNORECASE)
_HIDDEN = "•••••"
_NAME = re.compile(r"[^\W\d_][^\d_@/\\()<>;:]*[\s,][^\d_@/\\()<>;:]*")


@dataclass
class FileSurvey:
    """The header of a file, how it was read, and what its columns hold."""

    said: ImportFormat
    header: list[str]
    header_number: int
    above: list[list[str | int]]
    lines: int = 0
    is_more: bool = False
    notes: list[list[Any]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)

    @property
    def stored(self) -> dict[str, Any]:
        """Return what is kept of it with the import."""
        return {
            "lines": self.lines,
            "is_more": self.is_more,
            "above": self.above,
            "notes": self.notes,
            "columns": self.columns,
        }


def survey_file(
    stream: BinaryIO, kind: ImportKind, agency_ids: Collection[UUID], header_at: int = 0
) -> FileSurvey:
    """Look through a file, and change nothing.

    Args:
        header_at: the number of the line that is the header; 0 to find it.

    Raises:
        Refused: the file cannot be read.
    """
    with OpenTable(stream, lambda cells: is_header_of(kind, cells), header_at) as table:
        first = [_first_line(line, table.ids) for line in table.first_lines(FIRST_LINES)]
        found = FileSurvey(table.said, table.header[:MAX_COLUMNS], table.header_number, first)
        columns = [_Column(heading) for heading in found.header]
        remaining = iter(table.lines())
        for line in islice(remaining, MAX_LINES):
            _look(line, columns)
            found.lines += 1
        found.is_more = next(remaining, None) is not None
        found.notes = [[each.code, dict(each.about)] for each in table.notes()]
        for place in table.ids:
            columns[place].is_secret = True
    known = _known_texts(agency_ids)
    found.columns = [column.summed_up(known) for column in columns]
    return found


def is_ours(heading: str) -> bool:
    """Return whether a column was added by a file of rejected lines."""
    return plain(heading) in OURS


class _Column:
    """The values of a column, each counted once, with an address of the first person with it."""

    def __init__(self, heading: str) -> None:
        self.heading = one_line(heading)[:120]
        self.values: Counter[str] = Counter()
        self.emails: dict[str, str] = {}
        self.filled = self.empty = 0
        self.is_secret = False

    def add(self, cell: str, email: str) -> None:
        """Count a value."""
        value = as_meant(cell.strip())
        if not value:
            self.empty += 1
            return
        self.filled += 1
        if value in self.values or len(self.values) < MAX_DISTINCT:
            self.values[value] += 1
            if email:
                self.emails.setdefault(value, email)

    def summed_up(self, known: dict[str, frozenset[str]]) -> dict[str, Any]:
        """Return the numbers that are kept. Identity documents are kept only in part."""
        documents = self._count(lambda value: bool(_DOCUMENT.fullmatch(value)))
        is_secret = self.is_secret or documents > self.filled * MIN_SHARE
        if is_secret:
            return self._kept_out()
        samples = [one_line(value)[:SAMPLE_CHARACTERS] for value in islice(self.values, SAMPLES)]
        found: dict[str, Any] = {
            "heading": self.heading,
            "samples": samples,
            "filled": self.filled,
            "empty": self.empty,
            "distinct": len(self.values),
            "documents": documents,
            "emails": self._count(lambda value: bool(EMAIL.fullmatch(value.lower()))),
            "days": self._count(_is_day),
            "yes": self._count(lambda value: fold(value) in cell_values.YES | cell_values.NO),
            "names": self._count(lambda value: bool(_NAME.fullmatch(value))),
        }
        for name, texts in known.items():
            found[name] = self._count_in(texts)
        if found["names"] > self.filled * MIN_SHARE:
            found |= self._read_names()
        return found

    def _kept_out(self) -> dict[str, Any]:
        """Return what is kept of a column of identity documents: that it is one."""
        counts = ("empty", "distinct", "emails", "days", "yes", "names")
        number = max(self.filled, 1)
        return {
            **dict.fromkeys(counts, 0),
            "heading": self.heading,
            "samples": [_HIDDEN],
            "filled": number,
            "documents": number,
        }

    def _count(self, is_one: Callable[[str], bool]) -> int:
        return sum(number for value, number in self.values.items() if is_one(value))

    def _count_in(self, texts: frozenset[str]) -> int:
        return self._count(lambda value: fold(value) in texts) if texts else 0

    def _read_names(self) -> dict[str, Any]:
        """Return the names in their order: some that are sure, and those that are not."""
        shown: list[list[str]] = []
        unsure: list[list[str]] = []
        number = 0
        order = usual_order(islice(self.values, MAX_NAMES))
        for value in islice(self.values, MAX_NAMES):
            written = one_line(value)
            reading = natural_name(written, self.emails.get(value), order)
            if not reading.is_sure and reading.alternative:
                number += 1
                if len(unsure) < MAX_UNSURE:
                    unsure.append([written, reading.name, reading.alternative])
            elif len(shown) < SAMPLES and reading.name != written:
                shown.append([written, reading.name])
        return {
            "ordered": shown,
            "unsure": unsure,
            "unsure_count": number,
            "name_order": order.value if order else None,
        }


def _first_line(line: CsvLine, ids: Collection[int]) -> list[str | int]:
    """Return the number and the text of one of the first lines, without identity documents."""
    cells = [
        _HIDDEN if place in ids or _DOCUMENT.fullmatch(cell.strip()) else one_line(cell)
        for place, cell in enumerate(line.cells)
        if cell.strip()
    ]
    return [line.number, " · ".join(cells)[:120]]


def _look(line: CsvLine, columns: Sequence[_Column]) -> None:
    if line.fault:
        return
    email = next((cell.strip().lower() for cell in line.cells if "@" in cell), "")
    for place, column in enumerate(columns):
        column.add(line.cells[place] if place < len(line.cells) else "", email)


def _is_day(value: str) -> bool:
    try:
        return cell_values.day(value, "") is not None
    except Rejected:
        return False


def _known_texts(agency_ids: Collection[UUID]) -> dict[str, frozenset[str]]:
    """Return the folded codes and names of the agencies' units and posts."""
    units = db.session.execute(
        select(Unit.code, Unit.name).where(Unit.agency_id.in_(agency_ids))
    ).all()
    posts = db.session.execute(
        select(Post.code, Post.title).where(Post.agency_id.in_(agency_ids))
    ).all()
    agencies = db.session.execute(
        select(Agency.code, Agency.handle, Agency.name).where(Agency.id.in_(agency_ids))
    ).all()
    return {
        "unit_codes": _folded(code for code, _name in units),
        "unit_texts": _folded(text for code, name in units for text in (code, *name.values())),
        "post_codes": _folded(code for code, _title in posts),
        "post_titles": _folded(text for _code, title in posts for text in title.values()),
        "agencies": _folded(text for *some, name in agencies for text in (*some, *name.values())),
    }


def _folded(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(text) for text in texts)
