"""Write a sheet to standard output as lines of text: `python -m … FILE`. See `sheets.py`."""

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import dropwhile

from python_calamine import CalamineWorkbook

from intranet.platform.core.subprocesses import EXIT_DAMAGED, EXIT_TOO_MUCH, limit_process

MEMORY_BYTES = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 100
WRITTEN_BYTES = 256 * 1024 * 1024
"""The limit of the output: a sheet of a few kilobytes can repeat a long text in every cell."""

MAX_ROWS = 1_000_000


def main(path: str) -> int:
    """Write the first sheet that is not empty.

    Returns:
        0; `EXIT_DAMAGED` if it cannot be read; `EXIT_TOO_MUCH` if it exceeds a limit,
        unless the system ends the process first.
    """
    limit_process(
        memory_bytes=MEMORY_BYTES, processor_seconds=PROCESSOR_SECONDS, written_bytes=WRITTEN_BYTES
    )
    try:
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.total_height:
                return _written(sheet.iter_rows())
    except MemoryError:
        return EXIT_TOO_MUCH
    except BaseException:  # noqa: BLE001 - a panic of the Rust reader is not an `Exception`
        return EXIT_DAMAGED
    return 0


def _written(rows: Iterable[Sequence[object]]) -> int:
    try:
        _write(rows)
        sys.stdout.flush()
    except OSError:  # it exceeds the output limit
        return EXIT_TOO_MUCH
    return 0


def _write(rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    margin = None
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            return
        cells = [_text(value) for value in row]
        if not any(cells):
            continue
        if margin is None:  # empty columns on the left of the first row
            margin = len(cells) - len(list(dropwhile(lambda cell: not cell, cells)))
        writer.writerow([number, *cells[margin:]])


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
    sys.exit(main(sys.argv[1]))
