"""Find merged cells, formulas without a result and errors, which a workbook has beside values.

The library that reads values gives an empty cell for a formula that was never calculated and for
an error, and nothing at all on the merged cells of ODS. So their files are read here.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

PART_BYTES = 1024 * 1024
SPANS_LIMIT = 100_000
ROWS_LIMIT = 100_000
"""How many rows of an ODS are searched for merged cells."""

Span = tuple[tuple[int, int], tuple[int, int]]
_UNCALCULATED = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_ERROR = re.compile(rb'<c\s[^>]*\bt="e"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<Relationship\s[^>]*>")


@dataclass
class SheetMarks:
    """Merged cells as places of their first and last cell, and counts."""

    spans: list[Span] = field(default_factory=list)
    formulas: int = 0
    errors: int = 0


def marks_of(path: str, place: int, name: str) -> SheetMarks:
    """Return the marks of a sheet, by its place in an XLSX or its name in an ODS."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            with archive.open("content.xml") as part:
                return _OpenDocument(name).read(part)
        marks = SheetMarks()
        if "xl/workbook.xml" in names and (part_name := _part_of(archive, place)) in names:
            with archive.open(part_name) as part:
                for some in _overlapping(part):
                    marks.formulas += len(_UNCALCULATED.findall(some))
                    marks.errors += len(_ERROR.findall(some))
        return marks


def _part_of(archive: zipfile.ZipFile, place: int) -> str:
    """Return the name of the file that holds the sheet at a place."""
    sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
    relation = _attribute(sheets[place], rb"r:id") if place < len(sheets) else ""
    for found in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        if relation and _attribute(found, rb"Id") == relation:
            target = _attribute(found, rb"Target")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb'="([^"]*)"', tag)
    return found[1].decode() if found else ""


def _overlapping(part: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in parts that end behind a cell, so that no cell is cut or counted twice."""
    rest = b""
    while some := part.read(PART_BYTES):
        rest += some
        end = rest.rfind(b"</c>")
        if end >= 0:
            yield rest[: end + 4]
            rest = rest[end + 4 :]
        else:
            rest = rest[-PART_BYTES:]
    yield rest


class _OpenDocument:
    """Reads the spans of a table from `content.xml`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._marks = SheetMarks()
        self._is_inside = False
        self._row = self._column = 0
        self._repeats = 1

    def read(self, part: IO[bytes]) -> SheetMarks:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        while (some := part.read(PART_BYTES)) and self._row < ROWS_LIMIT:
            parser.Parse(some)
        return self._marks

    def _begin(self, tag: str, said: dict[str, str]) -> None:
        if tag == "table:table":
            self._is_inside = said.get("table:name") == self._name
            self._row = 0 if self._is_inside else self._row
        elif self._is_inside and tag == "table:table-row":
            self._column, self._repeats = 0, int(said.get("table:number-rows-repeated", 1))
        elif self._is_inside and tag in {"table:table-cell", "table:covered-table-cell"}:
            self._take(said)

    def _end(self, tag: str) -> None:
        if tag == "table:table":
            self._is_inside = False
        elif self._is_inside and tag == "table:table-row":
            self._row += self._repeats

    def _take(self, said: dict[str, str]) -> None:
        rows = int(said.get("table:number-rows-spanned", 1))
        columns = int(said.get("table:number-columns-spanned", 1))
        here = (self._row, self._column)
        if rows * columns > 1 and len(self._marks.spans) < SPANS_LIMIT:
            last = (self._row + rows - 1, self._column + columns - 1)
            self._marks.spans.append((here, last))
        kind = said.get("calcext:value-type") or said.get("office:value-type")
        if kind == "error":
            self._marks.errors += 1
        elif "table:formula" in said and kind is None:
            self._marks.formulas += 1
        self._column += int(said.get("table:number-columns-repeated", 1))
