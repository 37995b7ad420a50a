"""Read an agency's file plan from CSV, XLSX or ODS, whole or not at all."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, BinaryIO, cast

from intranet.administration.imports.csv_lines import CsvLine
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.file_reader import OpenTable
from intranet.administration.imports.labels import refusal
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line
from intranet.platform.core.text import fold
from intranet.records.retention.models import (
    BASIS_LIMIT,
    CODE_LIMIT,
    NAME_LIMIT,
    AfterTerm,
    CountsFrom,
    TermUnit,
)

CLASSES_LIMIT, FILE_BYTES, TERM_LIMIT = 5000, 5 * 1024 * 1024, 36_500
SHOWN_FAULTS = 5
COLUMNS = ("code", "name", "term", "unit", "counts_from", "basis", "after")
_WORDS = Path(__file__).parent / "data" / "plan_words.txt"


@dataclass(frozen=True)
class PlanLine:
    """A class of a file plan, as read."""

    code: str
    name: str
    term: int | None
    unit: TermUnit | None
    counts_from: CountsFrom
    basis: str
    after: AfterTerm


class FaultyLineError(Exception):
    """A line cannot be read; `words` says why."""

    def __init__(self, words: Words) -> None:
        super().__init__("refused")
        self.words = words


def read_plan(stream: IO[bytes]) -> list[PlanLine]:
    """Return the classes of a file plan.

    Raises:
        Invalid: the file cannot be read, has no such columns, or some of its lines are wrong.
    """
    try:
        with OpenTable(cast("BinaryIO", stream), _is_header) as table:
            places = _places(table.header)
            if not {"code", "name", "term"} <= places.keys():
                words = _l("The file needs columns with the code, the name and the term.")
                raise Invalid({"file": words})
            return _read(table.lines(), places)
    except Refused as why:
        raise Invalid({"file": refusal(why.code, why.about)}) from why


def _read(lines: Iterable[CsvLine], places: dict[str, int]) -> list[PlanLine]:
    found: dict[str, PlanLine] = {}
    faults: list[str] = []
    for line in lines:
        cells = {
            name: line.cells[place].strip() if place < len(line.cells) else ""
            for name, place in places.items()
        }
        try:
            if line.fault:
                raise FaultyLineError(_l("it cannot be read"))  # noqa: TRY301 - as any other
            read = _class_of(cells)
            if read.code in found:
                raise FaultyLineError(_l("this code stands there twice"))  # noqa: TRY301
            found[read.code] = read
        except FaultyLineError as fault:
            faults.append(str(_l("Line %(number)s: %(why)s.", number=line.number, why=fault.words)))
        except Invalid as fault:
            why = next(iter(fault.errors.values()))
            faults.append(str(_l("Line %(number)s: %(why)s.", number=line.number, why=why)))
        if len(found) > CLASSES_LIMIT:
            words = _l("A file plan can have at most %(limit)s classes.", limit=CLASSES_LIMIT)
            raise Invalid({"file": words})
    if faults:
        raise Invalid({"file": " ".join(faults[:SHOWN_FAULTS])})
    if not found:
        raise Invalid({"file": _l("The file has no lines below its header.")})
    return list(found.values())


def _class_of(cells: dict[str, str]) -> PlanLine:
    term, unit = _term(cells["term"], cells.get("unit", ""))
    after = _after(cells.get("after", ""), is_for_ever=term is None)
    code = optional_line(cells["code"], "code", CODE_LIMIT)
    name = optional_line(cells["name"], "name", NAME_LIMIT)
    if not code or not name:
        raise FaultyLineError(_l("the code or the name is missing"))
    if term is None and after == AfterTerm.DELETE:
        raise FaultyLineError(_l("something is to be deleted, but there is no term"))
    return PlanLine(
        code=code,
        name=name,
        term=term,
        unit=unit,
        counts_from=CountsFrom.CHANGED
        if _begins(cells.get("counts_from", ""), "changed")
        else CountsFrom.WRITTEN,
        basis=optional_line(cells.get("basis", ""), "basis", BASIS_LIMIT),
        after=after,
    )


def _term(written: str, unit_written: str) -> tuple[int | None, TermUnit | None]:
    """Return a term such as “5 años”, or nothing for one that never ends.

    Raises:
        FaultyLineError: it is none of these.
    """
    words = fold(written).split()
    if not words or set(_words("for_ever")) & set(words):
        return None, None
    number = re.fullmatch(r"(\d{1,5})(?:\.0+)?", written.split(maxsplit=1)[0])
    unit_words = fold(" ".join([*written.split()[1:], unit_written])).split()
    units = [unit for unit in TermUnit if set(_words(unit.value)) & set(unit_words)]
    if number is None or len(units) > 1 or (unit_words and not units):
        raise FaultyLineError(_l("“%(term)s” is no term", term=written[:40]))
    if not 1 <= int(number[1]) <= TERM_LIMIT:
        raise FaultyLineError(_l("“%(term)s” is no term", term=written[:40]))
    return int(number[1]), units[0] if units else TermUnit.YEARS


def _after(written: str, *, is_for_ever: bool) -> AfterTerm:
    """Return the end of a class; without a word for it, nothing is deleted.

    Raises:
        FaultyLineError: the word is not known.
    """
    if _begins(written, "delete"):
        return AfterTerm.DELETE
    if not written or is_for_ever or _begins(written, "keep"):
        return AfterTerm.KEEP
    raise FaultyLineError(_l("“%(end)s” says neither to delete nor to keep", end=written[:40]))


def _begins(written: str, which: str) -> bool:
    beginnings = tuple(_words(which))
    return any(word.startswith(beginnings) for word in fold(written).split())


def _is_header(cells: Sequence[str]) -> bool:
    return {"code", "name"} <= _places(cells).keys()


def _places(cells: Sequence[str]) -> dict[str, int]:
    """Return the place of each column by its title."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        title = fold(cell)
        name = next((name for name in COLUMNS if title in _words(name)), None)
        if name and name not in found:
            found[name] = place
    return found


@cache
def _known_words() -> dict[str, list[str]]:
    found = {}
    for line in _WORDS.read_text(encoding="utf-8").splitlines():
        if line[:1] != "#":
            name, _sign, words = line.partition("=")
            single, *phrases = words.split("|")
            found[name.strip()] = [*single.split(), *(phrase.strip() for phrase in phrases)]
    return found


def _words(which: str) -> list[str]:
    """Return the words of a line of the file of words."""
    return _known_words()[which]
