"""Read a file from outside: detect its format, find its header, and read its lines in order.

Formats are CSV with an encoding and a separator, XLSX, ODS and calendars. Binary formats are
converted to text by a separate process (`sheets.py`), so that no file can exhaust this
process's memory.
"""

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from intranet.administration.imports.csv_lines import MAX_LINE_CHARACTERS, CsvLine, read_lines
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.sheets import as_text, calendar_as_text

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CALENDAR = b"BEGIN:VCALENDAR"
MADE = frozenset({"xlsx", "ods", "ics"})
"""Formats converted to text first, with a number on each line."""

SEPARATORS = (";", ",", "\t")
FIRST_BYTES = 4096
PART_BYTES = 1024 * 1024
HEADER_SEARCH_LINES = 10
"""How many lines from the top may precede the header: some tables have titles above it."""

IsHeader = Callable[[list[str]], bool]


@dataclass(frozen=True)
class ImportFormat:
    """The detected format: `utf-8`, `utf-8-sig`, `utf-16`, `cp1252`, or a member of `MADE`."""

    encoding: str
    separator: str = ""


class Table:
    """A file as header and lines. Its lines can be read more than once."""

    def __init__(
        self, stream: BinaryIO, said: ImportFormat, is_header: IsHeader, header_at: int = 0
    ) -> None:
        """Find the header, or take the line with the number `header_at`.

        Raises:
            Refused: there is none.
        """
        self._stream = stream
        self.said = said
        self.header, self.header_number = self._find_header(is_header, header_at)

    def lines(self) -> Iterator[CsvLine]:
        """Yield the lines below the header that are not empty."""
        for line in self._all():
            if line.number > self.header_number:
                yield line

    def first_lines(self, limit: int) -> list[CsvLine]:
        """Return the first lines, with what stands above the header."""
        return list(islice(self._all(), limit))

    def _find_header(self, is_header: IsHeader, header_at: int) -> tuple[list[str], int]:
        first: CsvLine | None = None
        for place, line in enumerate(self._all()):
            if line.fault:
                raise Refused(line.fault)
            first = first or line
            if line.number == header_at or (not header_at and is_header(line.cells)):
                return line.cells, line.number
            if place == HEADER_SEARCH_LINES:
                break
        if first is None:
            raise Refused("empty")
        return first.cells, first.number

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

    def __init__(self, stream: BinaryIO, is_header: IsHeader, header_at: int = 0) -> None:
        """Store a seekable stream, and the test for a header or the number of its line."""
        self._stream = stream
        self._is_header = is_header
        self._header_at = header_at
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
            kind, self._made = as_text(self._stream)
            return self._table(self._made, ImportFormat(kind, ","))
        if first.removeprefix(codecs.BOM_UTF8).lstrip()[: len(CALENDAR)].upper() == CALENDAR:
            self._made = calendar_as_text(self._stream)
            return self._table(self._made, ImportFormat("ics", ","))
        encoding = _encoding(self._stream, first)
        separator = _separator(self._stream, encoding, self._is_header)
        return self._table(self._stream, ImportFormat(encoding, separator))

    def _table(self, stream: BinaryIO, said: ImportFormat) -> Table:
        return Table(stream, said, self._is_header, self._header_at)

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
    """Return the separator that yields a header at the top, else the most frequent one."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    try:
        top = text.read(MAX_LINE_CHARACTERS)
    finally:
        text.detach()
    for separator in SEPARATORS:
        lines = read_lines(io.StringIO(top), separator)
        for _place, line in zip(range(HEADER_SEARCH_LINES), lines, strict=False):
            if not line.fault and is_header(line.cells):
                return separator
    first = top.split("\n", 1)[0]
    return max(SEPARATORS, key=first.count)


def _numbered(line: CsvLine) -> CsvLine:
    """Return a converted line; its first cell is its line number in the source."""
    if line.fault:
        return line
    return CsvLine(int(line.cells[0]), line.cells[1:])
