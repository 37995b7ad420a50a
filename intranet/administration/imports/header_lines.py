"""Find the line of a table that names its columns: below titles, and sometimes of two lines."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.headers import NAMES, plain
from intranet.platform.core.text import fold

IsHeader = Callable[[list[str]], bool]

MAX_LABEL_LENGTH, MAX_LABEL_WORDS = 60, 7
MIN_LABELS = 2
MIN_DIGITS = 3
"""A cell with so many digits holds a value: a code, a number, a date."""

_WORDS = Path(__file__).parent / "data" / "header_words.txt"


@dataclass(frozen=True)
class FoundHeader:
    """The titles of the columns, and the numbers of the first and last line that hold them."""

    titles: list[str]
    first: int
    last: int


@cache
def _label_words() -> frozenset[str]:
    """Return the folded words that titles of columns have."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line[:1] != "#" for word in line.split())


@cache
def _words_after(mark: str) -> frozenset[str]:
    """Return the words of a line that begins with a mark."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if line.startswith(mark) for word in line.split()[2:])


@cache
def _known_names() -> frozenset[str]:
    return frozenset(name for names in NAMES.values() for name in names) | NAMES.keys()


def is_known(title: str) -> bool:
    """Return whether a title is an accepted name of any column."""
    return plain(title) in _known_names()


def is_label(cell: str) -> bool:
    """Return whether a cell looks like the title of a column."""
    text = cell.strip()
    if not text or len(text) > MAX_LABEL_LENGTH or is_value(text):
        return False
    words = fold(text).split()
    return len(words) <= MAX_LABEL_WORDS and (
        is_known(text) or any(word in _label_words() for word in words)
    )


def is_value(cell: str) -> bool:
    """Return whether a cell can only be a value: an address, a number, a date."""
    return "@" in cell or sum(char.isdigit() for char in cell) >= MIN_DIGITS


def count_labels(cells: Sequence[str]) -> int:
    """Return how many different cells of a line look like titles; 0 if one is a value."""
    filled = _filled(cells)
    if any(is_value(cell) for cell in filled):
        return 0
    labels = sum(map(is_label, filled))
    return labels if labels * 2 >= len(filled) else 0


def find_header(lines: Sequence[CsvLine], is_header: IsHeader, chosen: int = 0) -> FoundHeader:
    """Return the header among the first lines of a table.

    Args:
        lines: some lines from the top that are not empty.
        is_header: whether a line has columns of the wanted kind.
        chosen: the number of the line that a person says is the header, or 0.
    """
    place = _place(lines, is_header, chosen)
    line = lines[place]
    if place and _is_group(lines[place - 1], line):
        upper = lines[place - 1]
        return FoundHeader(_joined(upper.cells, line.cells), upper.number, line.number)
    if place + 1 < len(lines) and not chosen and _continues(line, lines[place + 1]):
        lower = lines[place + 1]
        return FoundHeader(_joined(line.cells, lower.cells), line.number, lower.number)
    return FoundHeader(line.cells, line.number, line.number)


def _place(lines: Sequence[CsvLine], is_header: IsHeader, chosen: int) -> int:
    places = [place for place, line in enumerate(lines) if not line.fault]
    for place in places:
        if chosen and lines[place].number >= chosen:
            return place
    if (known := next((p for p in places if is_header(lines[p].cells)), None)) is not None:
        return known
    labels = {place: count_labels(lines[place].cells) for place in places}
    best = max(places, key=lambda place: labels[place], default=0)
    if labels.get(best, 0) >= MIN_LABELS:
        return best
    counts = Counter(len(_filled(lines[place].cells)) for place in places)
    width = max(counts, key=lambda count: (counts[count], count), default=1)
    wide = (
        place
        for place in places
        if len(_filled(lines[place].cells)) >= width * 0.6
        and not any(map(is_value, lines[place].cells))
    )
    return next(wide, places[0] if places else 0)


def _is_group(upper: CsvLine, lower: CsvLine) -> bool:
    """Return whether a line stands directly above a header and names groups of its columns."""
    filled = _filled(upper.cells)
    return (
        not upper.fault
        and upper.number + 1 == lower.number
        and len(filled) >= MIN_LABELS
        and all(map(is_label, filled))
        and len(_filled(lower.cells)) >= MIN_LABELS
    )


def _continues(upper: CsvLine, lower: CsvLine) -> bool:
    """Return whether the line below a header belongs to it: it holds nothing but titles."""
    filled = [cell for cell in _filled(lower.cells) if cell not in upper.cells]
    if lower.fault or lower.number != upper.number + 1 or not filled:
        return False
    has_gaps = any(
        cell.strip() and not above.strip()
        for cell, above in zip(lower.cells, _padded(upper.cells, len(lower.cells)), strict=False)
    )
    repeats = [cell for cell in upper.cells if cell.strip()]
    is_divided = has_gaps or len(set(repeats)) < len(repeats) or len(filled) < len(repeats)
    return is_divided and all(map(is_label, filled))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join the titles of two lines; a group's title counts for the columns to its right."""
    width = max(len(upper), len(lower))
    above, below = _padded(upper, width), _padded(lower, width)
    titles, group = [], ""
    repeated = Counter(fold(cell) for cell in below)
    for one, other in zip(above, below, strict=True):
        if one:
            group = one
        first = one or (group if other else "")
        if not other or other == first:
            titles.append(first)
        elif not first or (repeated[fold(other)] == 1 and _stands_alone(first, other)):
            titles.append(other)
        else:
            titles.append(f"{first} {other}")
    return titles


def _stands_alone(group: str, title: str) -> bool:
    """Return whether a title says enough without the title of its group above it.

    “Código” below “Empleado” does not: it is the person's number.
    """
    is_number = set(fold(title).split()) <= _words_after("# number:")
    if is_number and set(fold(group).split()) & _words_after("# person:"):
        return False
    is_general = set(fold(title).split()) <= _words_after("# general:")
    return set(fold(group).split()) <= _words_after("# neutral:") or (
        is_known(title) and not is_general
    )


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [cell.strip() for cell in cells] + [""] * (width - len(cells))


def _filled(cells: Sequence[str]) -> list[str]:
    """Return the different texts of a line: a merged cell counts once."""
    return list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))


_TOTAL = re.compile(
    r"(sub)?total(es|s)?\b|suma\b|guztira\b|fi(n|m|)? d(e|o|el) (listad|llistat|relaci)|"
    r"(n|no|num|numero|nombre)( total)? d(e|o|os|els?)? ?(\w+ )?(r\w+istr[eo]s|"
    r"emplead|empregad|empleat|trabajador|treballador|traballador|persona|persoa|lerro)|"
    r"pag(ina)? \d|orria? \d|paxina \d"
)


def is_total(cells: Sequence[str], width: int) -> bool:
    """Return whether a line only sums up those above, or is the foot of a printed page."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return 0 < len(filled) <= max(2, width * 0.4) and _TOTAL.match(fold(filled[0])) is not None
