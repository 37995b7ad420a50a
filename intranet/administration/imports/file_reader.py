"""Read a file from outside: detect its format, find its header, and read its lines in order.

Formats are CSV with an encoding and a separator, XLSX, ODS and calendars. Binary formats are
converted to text by a separate process (`sheets.py`), so that no file can exhaust this
process's memory.
"""

import codecs
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from intranet.administration.imports.csv_lines import MAX_LINE_CHARACTERS, CsvLine, read_lines
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.header_lines import IsHeader, find_header
from intranet.administration.imports.sheets import SheetFacts, as_text, calendar_as_text
from intranet.administration.imports.table_lines import TableFilter, TableNote

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CALENDAR = b"BEGIN:VCALENDAR"
MADE = frozenset({"xlsx", "ods", "ics"})
"""Formats converted to text first, with a number on each line."""

SEPARATORS = (";", ",", "\t")
FIRST_BYTES = 4096
PART_BYTES = 1024 * 1024
HEADER_SEARCH_LINES = 40
"""How many lines from the top are searched for the header: some tables have titles above it."""

MAX_HEADER_NUMBER = 1000
SAMPLED_LINES = 300
"""How many lines tell what a column holds."""


@dataclass(frozen=True)
class ImportFormat:
    """The detected format: `utf-8`, `utf-8-sig`, `utf-16`, `cp1252`, or a member of `MADE`."""

    encoding: str
    separator: str = ""
    sheet: str = ""


class Table:
    """A file as header and lines. Its lines can be read more than once."""

    def __init__(
        self,
        stream: BinaryIO,
        said: ImportFormat,
        is_header: IsHeader,
        header_at: int = 0,
        facts: SheetFacts | None = None,
    ) -> None:
        """Find the header, or take the line with the number `header_at`.

        Raises:
            Refused: there is none.
        """
        self._stream = stream
        self.said = said
        self.facts = facts or SheetFacts()
        top = list(islice(self._all(), min(max(HEADER_SEARCH_LINES, header_at), MAX_HEADER_NUMBER)))
        if not top:
            raise Refused("empty")
        if fault := top[0].fault:
            raise Refused(fault)
        found = find_header(top, is_header, header_at)
        self.header = found.titles
        self.header_number = found.last
        self._first_line = found.first
        self._filter = TableFilter(self.header)
        self._filter.learn(islice(self._below(), SAMPLED_LINES))

    @property
    def ids(self) -> frozenset[int]:
        """The places of columns with national identity numbers, whose cells are left out."""
        return self._filter.ids

    def first_lines(self, limit: int) -> list[CsvLine]:
        """Return the first lines, with what stands above the header."""
        return list(islice(self._all(), limit))

    def lines(self) -> Iterator[CsvLine]:
        """Yield the lines below the header that are not empty, without totals and page headers."""
        return self._filter.kept(self._below())

    def notes(self) -> list[TableNote]:
        """Return what has to be said of the file, as far as its lines were read."""
        found = self._filter.notes()
        if self.header_number > 1 or self._first_line != self.header_number:
            about = {"line": self.header_number, "first": self._first_line}
            is_double = self._first_line != self.header_number
            found.insert(0, TableNote("header_double" if is_double else "header_line", about))
        unread = {self.facts.sheet, *self.facts.hidden}
        others = [name for name in self.facts.sheets if name not in unread]
        if others:
            names = {"sheet": self.facts.sheet, "others": ", ".join(others)[:200]}
            found.append(TableNote("sheet_chosen", names))
        if self.facts.is_hidden:
            found.append(TableNote("sheet_hidden", {"sheet": self.facts.sheet}))
        elif self.facts.hidden:
            found.append(TableNote("sheets_hidden", {"others": ", ".join(self.facts.hidden)[:200]}))
        if self.facts.formulas:
            found.append(TableNote("formulas", {"count": self.facts.formulas}))
        if self.facts.errors:
            found.append(TableNote("errors", {"count": self.facts.errors}))
        return found

    def _below(self) -> Iterator[CsvLine]:
        return (line for line in self._all() if line.number > self.header_number)

    def _all(self) -> Iterator[CsvLine]:
        self._stream.seek(0)
        encoding = "utf-8" if self._is_made else self.said.encoding
        text = io.TextIOWrapper(self._stream, encoding=encoding, errors="replace", newline=None)
        try:
            lines = read_lines(text, self.said.separator)
            yield from (_numbered(line) for line in lines) if self._is_made else lines
        finally:
            with suppress(ValueError):  # the file may be closed before this generator
                text.detach()

    @property
    def _is_made(self) -> bool:
        return self.said.encoding in MADE


class OpenTable(AbstractContextManager[Table]):
    """Opens a file as a table, and deletes temporary files afterwards."""

    def __init__(
        self, stream: BinaryIO, is_header: IsHeader, header_at: int = 0, sheet: str = ""
    ) -> None:
        """Store a seekable stream, and the test for a header.

        Args:
            header_at: the number of the line that is the header; 0 to find it.
            sheet: the name of the sheet to read; empty to choose the one with the people.
        """
        self._stream = stream
        self._header_at, self._sheet = header_at, sheet
        self._is_header = is_header
        self._made: BinaryIO | None = None

    def __enter__(self) -> Table:
        """Detect the format.

        Raises:
            Refused: the file is empty, binary, of an unsupported format, or has no header.
        """
        first = self._stream.read(FIRST_BYTES)
        if not first.strip():
            raise Refused("empty")
        if first.startswith(OLE):
            raise Refused("old_sheet")
        if first.startswith(ZIP):
            kind, self._made, facts = as_text(self._stream, self._sheet)
            said = ImportFormat(kind, ",", facts.sheet)
            return Table(self._made, said, self._is_header, self._header_at, facts)
        if first.removeprefix(codecs.BOM_UTF8).lstrip()[: len(CALENDAR)].upper() == CALENDAR:
            self._made = calendar_as_text(self._stream)
            said = ImportFormat("ics", ",")
            return Table(self._made, said, self._is_header)
        encoding = _encoding(self._stream, first)
        separator = _separator(self._stream, encoding, self._is_header)
        said = ImportFormat(encoding, separator)
        return Table(self._stream, said, self._is_header, self._header_at)

    def __exit__(self, *_error: object) -> None:
        """Delete the converted copy."""
        if self._made:
            self._made.close()


def _encoding(stream: BinaryIO, first: bytes) -> str:
    """Return the encoding of a text.

    Raises:
        Refused: it is no text.
    """
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in first:
        return _without_mark(first)
    if _is_utf8(stream):
        encoding = "utf-8-sig" if first.startswith(codecs.BOM_UTF8) else "utf-8"
    else:
        encoding = "cp1252"
    shown = first.decode(encoding, errors="replace")
    if any(ord(char) < ord(" ") and char not in "\t\r\n\f\x1a" for char in shown):
        raise Refused("binary")
    return encoding


def _without_mark(first: bytes) -> str:
    """Detect UTF-16 without a byte order mark: every other byte of ASCII letters is NUL."""
    for encoding, zeros in (("utf-16-le", first[1::2]), ("utf-16-be", first[0::2])):
        if zeros.count(0) > len(zeros) * 0.8 and first.count(0) <= len(first) * 0.55:
            return encoding
    raise Refused("binary")


def _is_utf8(stream: BinaryIO) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while part := stream.read(PART_BYTES):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(stream: BinaryIO, encoding: str, is_header: IsHeader) -> str:
    """Return the separator that yields a header at the top, else the most regular lines."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    try:
        top = text.read(MAX_LINE_CHARACTERS)
    finally:
        text.detach()
    found: dict[str, list[CsvLine]] = {}
    for separator in SEPARATORS:
        lines = islice(read_lines(io.StringIO(top), separator), HEADER_SEARCH_LINES)
        found[separator] = [line for line in lines if not line.fault]
        if any(is_header(line.cells) for line in found[separator]):
            return separator
    return max(SEPARATORS, key=lambda separator: _regularity(found[separator]))


def _regularity(lines: Sequence[CsvLine]) -> tuple[int, int]:
    """Return how many lines have the same number of cells, more than one, and that number."""
    counts = Counter(len(line.cells) for line in lines if len(line.cells) > 1)
    return max(((lines, cells) for cells, lines in counts.items()), default=(0, 0))


def _numbered(line: CsvLine) -> CsvLine:
    """Return a converted line; its first cell is its line number in the source."""
    if line.fault:
        return line
    return CsvLine(int(line.cells[0]), line.cells[1:])
