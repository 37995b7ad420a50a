"""Read delimited text line by line, in bounded memory whatever the file contains."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_LINE_CHARACTERS = 65_536
MAX_QUOTED_LINES = 20
"""How many lines a quoted cell may span; more means a quote that was not closed."""


@dataclass(slots=True)
class CsvLine:
    """A line of a file, numbered as in an editor. `fault` is set if it cannot be read."""

    number: int
    cells: list[str] = field(default_factory=list)
    fault: str | None = None


def read_lines(text: io.TextIOBase, separator: str) -> Iterator[CsvLine]:
    """Yield the lines that are not empty, each split into its cells."""
    return _Reader(text, separator).lines()


class _Reader:
    def __init__(self, text: io.TextIOBase, separator: str) -> None:
        self._text = text
        self._separator = separator
        self._number = 0
        self._again: deque[tuple[int, str]] = deque()

    def lines(self) -> Iterator[CsvLine]:
        while (taken := self._next()) is not None:
            number, line = taken
            if len(line) > MAX_LINE_CHARACTERS:
                yield CsvLine(number, fault="line_too_long")
            elif '"' in line:
                yield self._quoted(number, line)
            elif stripped := line.rstrip("\n"):
                cells = stripped.split(self._separator)
                if any(cells):
                    yield CsvLine(number, cells)

    def _next(self) -> tuple[int, str] | None:
        """Return the next raw line; of one that is too long, only enough to detect that."""
        if self._again:
            return self._again.popleft()
        line = self._text.readline(MAX_LINE_CHARACTERS + 1)
        if not line:
            return None
        self._number += 1
        if len(line) > MAX_LINE_CHARACTERS and not line.endswith("\n"):
            while (rest := self._text.readline(MAX_LINE_CHARACTERS)) and not rest.endswith("\n"):
                pass
        return self._number, line

    def _quoted(self, number: int, line: str) -> CsvLine:
        """Parse a line with a quoted cell, which may continue on the lines that follow."""
        taken: list[tuple[int, str]] = []
        whole = line
        while len(whole) <= MAX_LINE_CHARACTERS and len(taken) < MAX_QUOTED_LINES:
            cells = next(csv.reader([whole], delimiter=self._separator), [])
            if not (cells and cells[-1].endswith("\n")):
                return CsvLine(number, cells)
            following = self._next()
            if following is None:
                if not taken and not line.endswith("\n"):
                    break
                cells[-1] = cells[-1].rstrip("\n")
                break
            taken.append(following)
            whole += following[1]
        self._again.extendleft(reversed(taken))
        return CsvLine(number, fault="quote_not_closed")
