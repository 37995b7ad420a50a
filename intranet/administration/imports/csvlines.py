"""Delimited text, line by line, in bounded memory whatever the file holds."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

LINE_CHARACTERS = 65_536
QUOTED_LINES = 20
"""How many lines of the file one quoted cell may span; more is a quote that nobody closed."""


@dataclass(slots=True)
class Line:
    """One line of a file, by the number that an editor shows. `fault` says why it is unreadable."""

    number: int
    cells: list[str] = field(default_factory=list)
    fault: str | None = None


def read_lines(text: io.TextIOBase, separator: str) -> Iterator[Line]:
    """The lines that are not empty, each split into its cells."""
    return _Reader(text, separator).lines()


class _Reader:
    def __init__(self, text: io.TextIOBase, separator: str) -> None:
        self._text = text
        self._separator = separator
        self._number = 0
        self._again: deque[tuple[int, str]] = deque()

    def lines(self) -> Iterator[Line]:
        while (taken := self._next()) is not None:
            number, line = taken
            if len(line) > LINE_CHARACTERS:
                yield Line(number, fault="line_too_long")
            elif '"' in line:
                yield self._quoted(number, line)
            elif stripped := line.rstrip("\n"):
                cells = stripped.split(self._separator)
                if any(cells):
                    yield Line(number, cells)

    def _next(self) -> tuple[int, str] | None:
        """The next line as it stands; of one that is too long no more than shows that it is."""
        if self._again:
            return self._again.popleft()
        line = self._text.readline(LINE_CHARACTERS + 1)
        if not line:
            return None
        self._number += 1
        if len(line) > LINE_CHARACTERS and not line.endswith("\n"):
            while (rest := self._text.readline(LINE_CHARACTERS)) and not rest.endswith("\n"):
                pass
        return self._number, line

    def _quoted(self, number: int, line: str) -> Line:
        """A line in which a cell is quoted, and perhaps goes on in the lines that follow."""
        taken: list[tuple[int, str]] = []
        whole = line
        while len(whole) <= LINE_CHARACTERS and len(taken) < QUOTED_LINES:
            cells = next(csv.reader([whole], delimiter=self._separator), [])
            if not (cells and cells[-1].endswith("\n")):
                return Line(number, cells)
            following = self._next()
            if following is None:
                if not taken and not line.endswith("\n"):
                    break
                cells[-1] = cells[-1].rstrip("\n")
                break
            taken.append(following)
            whole += following[1]
        self._again.extendleft(reversed(taken))
        return Line(number, fault="quote_not_closed")
