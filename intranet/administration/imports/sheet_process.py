"""Write a sheet to standard output as lines of text: `python -m … FILE [SHEET]`. See `sheets.py`.

The last line has the number 0 and says which sheet it is and what was found (`SheetFacts`).
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, dropwhile, islice
from typing import Any

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from intranet.administration.imports.sheet_choice import (
    LOOKED_ROWS,
    SHEETS_LIMIT,
    SheetLook,
    chosen_sheet,
)
from intranet.administration.imports.sheet_marks import SheetMarks, Span, marks_of
from intranet.platform.core.subprocesses import EXIT_DAMAGED, EXIT_TOO_MUCH, limit_process

MEMORY_BYTES = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 100
WRITTEN_BYTES = 256 * 1024 * 1024
"""The limit of the output: a sheet of a few kilobytes can repeat a long text in every cell."""

MAX_ROWS = 1_000_000


def main(path: str, asked: str = "") -> int:
    """Write the sheet that was asked for, else the one that seems to hold the people.

    Returns:
        0; `EXIT_DAMAGED` if it cannot be read; `EXIT_TOO_MUCH` if it exceeds a limit,
        unless the system ends the process first.
    """
    limit_process(
        memory_bytes=MEMORY_BYTES, processor_seconds=PROCESSOR_SECONDS, written_bytes=WRITTEN_BYTES
    )
    try:
        workbook = CalamineWorkbook.from_path(path)
        looks = _looks(workbook)
        chosen = chosen_sheet(looks, asked)
        if chosen is None:
            return 0
        sheet = workbook.get_sheet_by_name(chosen.name)
        marks = marks_of(path, workbook.sheet_names.index(chosen.name), chosen.name)
        left = sheet.start[1] if sheet.start else 0
        rows = _spread(sheet.iter_rows(), sheet.merged_cell_ranges or marks.spans, left)
        return _written(rows, _facts(chosen, looks, marks))
    except MemoryError:
        return EXIT_TOO_MUCH
    except BaseException:  # noqa: BLE001 - a panic of the Rust reader is not an `Exception`
        return EXIT_DAMAGED


def _looks(workbook: CalamineWorkbook) -> list[SheetLook]:
    looks = []
    for about in workbook.sheets_metadata[:SHEETS_LIMIT]:
        try:
            sheet = workbook.get_sheet_by_name(about.name)
        except Exception:  # noqa: BLE001, S112 - a chart is no sheet of cells
            continue
        top = [[_text(value) for value in row] for row in islice(sheet.iter_rows(), LOOKED_ROWS)]
        is_visible = about.visible == SheetVisibleEnum.Visible
        looks.append(SheetLook(about.name, is_visible, sheet.total_height, top))
    return looks


def _facts(chosen: SheetLook, looks: Sequence[SheetLook], marks: SheetMarks) -> dict[str, object]:
    others = [look for look in looks if look.height and look.name != chosen.name]
    return {
        "sheet": chosen.name,
        "sheets": [look.name for look in looks if look.height],
        "hidden": [look.name for look in others if not look.is_visible],
        "is_hidden": not chosen.is_visible,
        "formulas": marks.formulas,
        "errors": marks.errors,
    }


def _spread(
    rows: Iterable[Sequence[object]], spans: Sequence[Span], left: int
) -> Iterator[list[str]]:
    """Yield rows in which a merged cell stands in each row that it covers.

    At the top it stands in each of its columns as well, where it may be the title of a group.
    """
    starting: dict[int, list[Span]] = {}
    for span in spans:
        starting.setdefault(span[0][0], []).append(span)
    active: list[tuple[Span, str]] = []
    for number, row in enumerate(rows):
        cells = [_text(value) for value in row]
        for span in starting.get(number, ()):
            column = span[0][1] - left
            if 0 <= column < len(cells) and cells[column]:
                active.append((span, cells[column]))
        if active:
            active = [each for each in active if each[0][1][0] >= number]
            for ((top, first), (_bottom, last)), text in active:
                end = last if top < LOOKED_ROWS else first
                for column in range(first - left, min(end - left + 1, len(cells))):
                    cells[column] = cells[column] or text
        yield cells


def _written(rows: Iterable[Sequence[str]], facts: dict[str, object]) -> int:
    try:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        _write(writer, rows)
        writer.writerow([0, json.dumps(facts)])
        sys.stdout.flush()
    except OSError:  # it exceeds the output limit
        return EXIT_TOO_MUCH
    return 0


def _write(writer: Any, rows: Iterable[Sequence[str]]) -> None:
    numbered = ((number, cells) for number, cells in enumerate(rows, 1) if any(cells))
    top = list(islice(numbered, LOOKED_ROWS))
    margin = min((_empty_at_left(cells) for _number, cells in top), default=0)
    for number, cells in chain(top, numbered):
        if number > MAX_ROWS:
            return
        writer.writerow([number, *cells[margin:]])


def _empty_at_left(cells: Sequence[str]) -> int:
    return len(cells) - len(list(dropwhile(lambda cell: not cell, cells)))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        at_midnight = value.time() == time.min
        return value.date().isoformat() if at_midnight else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).replace("\0", " ").split()) if value is not None else ""


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.exit(main(*sys.argv[1:]))
