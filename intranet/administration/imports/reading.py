"""Reading a file from outside: what it is, its header, and its lines one after the other.

What it is, is found out and said: CSV with its encoding and separator, XLSX, ODS or a calendar.
Those that are no text are turned into it by a process of their own (`sheets.py`), so that none of
them can fill this one.
"""

import codecs
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from intranet.administration.imports.csvlines import LINE_CHARACTERS, Line, read_lines
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.sheets import as_text, calendar_as_text

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CALENDAR = b"BEGIN:VCALENDAR"
MADE = frozenset({"xlsx", "ods", "ics"})
"""What is turned into text first, each line with its number."""

SEPARATORS = (";", ",", "\t")
FIRST_BYTES = 4096
PART_BYTES = 1024 * 1024
HEADER_WITHIN = 10
"""In how many lines from the top the header is looked for: titles stand above some tables."""

IsHeader = Callable[[list[str]], bool]


@dataclass(frozen=True)
class Said:
    """What a file was found to be: `utf-8`, `utf-8-sig`, `utf-16`, `cp1252`, or one of `MADE`."""

    encoding: str
    separator: str = ""


class Table:
    """A file as header and lines. Its lines can be read more than once."""

    def __init__(self, stream: BinaryIO, said: Said, is_header: IsHeader) -> None:
        """Find the header.

        Raises:
            Refused: there is none.
        """
        self._stream = stream
        self.said = said
        self.header, self._header_number = self._find_header(is_header)

    def lines(self) -> Iterator[Line]:
        """The lines below the header that are not empty."""
        for line in self._all():
            if line.number > self._header_number:
                yield line

    def _find_header(self, is_header: IsHeader) -> tuple[list[str], int]:
        first: Line | None = None
        for place, line in enumerate(self._all()):
            if line.fault:
                raise Refused(line.fault)
            first = first or line
            if is_header(line.cells):
                return line.cells, line.number
            if place == HEADER_WITHIN:
                break
        if first is None:
            raise Refused("empty")
        return first.cells, first.number

    def _all(self) -> Iterator[Line]:
        self._stream.seek(0)
        encoding = "utf-8" if self._is_made else self.said.encoding
        text = io.TextIOWrapper(self._stream, encoding=encoding, errors="replace", newline=None)
        try:
            lines = read_lines(text, self.said.separator)
            yield from (_numbered(line) for line in lines) if self._is_made else lines
        finally:
            with suppress(ValueError):  # the file may be closed before a reader that stopped early
                text.detach()

    @property
    def _is_made(self) -> bool:
        return self.said.encoding in MADE


class OpenTable(AbstractContextManager[Table]):
    """Opens a file as a table; what it needs besides is gone afterwards."""

    def __init__(self, stream: BinaryIO, is_header: IsHeader) -> None:
        """Take a stream in which one can seek, and how a header is known."""
        self._stream = stream
        self._is_header = is_header
        self._made: BinaryIO | None = None

    def __enter__(self) -> Table:
        """Find out what it is.

        Raises:
            Refused: it is empty, binary, of a kind that is not read, or has no header.
        """
        first = self._stream.read(FIRST_BYTES)
        if not first.strip():
            raise Refused("empty")
        if first.startswith(OLE):
            raise Refused("old_sheet")
        if first.startswith(ZIP):
            kind, self._made = as_text(self._stream)
            return Table(self._made, Said(kind, ","), self._is_header)
        if first.removeprefix(codecs.BOM_UTF8).lstrip()[: len(CALENDAR)].upper() == CALENDAR:
            self._made = calendar_as_text(self._stream)
            return Table(self._made, Said("ics", ","), self._is_header)
        encoding = _encoding(self._stream, first)
        separator = _separator(self._stream, encoding, self._is_header)
        return Table(self._stream, Said(encoding, separator), self._is_header)

    def __exit__(self, *_error: object) -> None:
        """Let go of what was made."""
        if self._made:
            self._made.close()


def _encoding(stream: BinaryIO, first: bytes) -> str:
    """The encoding of a text.

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
    """UTF-16 without a mark has a NUL in every other byte of plain letters."""
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
    """The separator with which the top of the file has a header, else the most frequent."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=None)
    try:
        top = text.read(LINE_CHARACTERS)
    finally:
        text.detach()
    for separator in SEPARATORS:
        lines = read_lines(io.StringIO(top), separator)
        for _place, line in zip(range(HEADER_WITHIN), lines, strict=False):
            if not line.fault and is_header(line.cells):
                return separator
    first = top.split("\n", 1)[0]
    return max(SEPARATORS, key=first.count)


def _numbered(line: Line) -> Line:
    """A line that was made: its first cell is its number there."""
    if line.fault:
        return line
    return Line(int(line.cells[0]), line.cells[1:])
