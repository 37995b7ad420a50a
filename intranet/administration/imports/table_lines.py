"""Leave out what is no line of a table: totals, repeated headers, identity numbers, errors."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.header_lines import is_known, is_total
from intranet.administration.imports.national_ids import holds_national_ids

_ERROR = re.compile(
    r"#(N/[AD]|NUL+O?!|¡?(NUM|REF|VALUE|VALOR|DIV/0)!|NAME\?|¿NOMBRE\?|NOMBRE\?|SPILL!|CALC!)",
    re.IGNORECASE,
)
TEXT_LENGTH = 60
EXAMPLE_EMAIL = "ane.etxeberria@agency.example"
EXAMPLE_UNIT, EXAMPLE_POST = "EXAMPLE-UNIT", "EXAMPLE-POST"
"""By these the example line of a template is known again; no real line has them."""


@dataclass(frozen=True)
class TableNote:
    """Something to be said of a file: a code, and the values that its sentence has."""

    code: str
    about: Mapping[str, Any] = field(default_factory=dict)


class TableFilter:
    """Passes the lines of a table on, and remembers what it left out."""

    def __init__(self, header: Sequence[str]) -> None:
        """Store the titles of the columns."""
        self._header = [cell.strip() for cell in header]
        self.ids: frozenset[int] = frozenset()
        self._left: Counter[str] = Counter()
        self._total: tuple[int, str] = (0, "")

    def learn(self, lines: Iterable[CsvLine]) -> None:
        """Learn from some lines which columns hold national identity numbers."""
        columns: list[list[str]] = [[] for _ in self._header]
        for line in lines:
            for values, cell in zip(columns, line.cells, strict=False):
                if text := cell.strip():
                    values.append(text)
        self.ids = frozenset(
            place
            for place, (title, values) in enumerate(zip(self._header, columns, strict=True))
            if holds_national_ids(title, values, is_known=is_known(title))
        )

    def kept(self, lines: Iterable[CsvLine]) -> Iterator[CsvLine]:
        """Yield the lines that say something."""
        self._left.clear()
        width = sum(map(bool, self._header))
        for line in lines:
            if line.fault is None:
                if is_total(line.cells, width):
                    self._left["totals"] += 1
                    text = " ".join(cell.strip() for cell in line.cells if cell.strip())
                    self._total = (line.number, text[:TEXT_LENGTH])
                    continue
                if self._is_header(line.cells):
                    self._left["headers_again"] += 1
                    continue
                if _is_example(line.cells):
                    self._left["example"] += 1
                    continue
                self._clean(line)
            yield line

    def notes(self) -> list[TableNote]:
        """Return what was left out."""
        found = []
        if self.ids:
            titles = ", ".join(self._header[place] for place in sorted(self.ids))
            found.append(TableNote("national_ids", {"columns": titles[:200]}))
        if self._left["totals"]:
            line, text = self._total
            about = {"count": self._left["totals"], "line": line, "text": text}
            found.append(TableNote("totals", about))
        found += [
            TableNote(code, {"count": self._left[code]})
            for code in ("headers_again", "example", "errors_written")
            if self._left[code]
        ]
        return found

    def _is_header(self, cells: Sequence[str]) -> bool:
        return [cell.strip() for cell in cells[: len(self._header)]] == self._header

    def _clean(self, line: CsvLine) -> None:
        """Empty the cells of identity numbers and of errors."""
        for place, cell in enumerate(line.cells):
            if place in self.ids:
                line.cells[place] = ""
            elif cell[:1] == "#" and _ERROR.fullmatch(cell.strip()):
                line.cells[place] = ""
                self._left["errors_written"] += 1


def _is_example(cells: Sequence[str]) -> bool:
    """Return whether a line is the example of a template, which somebody left in."""
    first = next((cell.strip() for cell in cells), "")
    return first in {EXAMPLE_UNIT, EXAMPLE_POST} or EXAMPLE_EMAIL in map(str.strip, cells)
