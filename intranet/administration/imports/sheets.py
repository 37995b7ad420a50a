"""Convert XLSX, ODS and calendars (.ics) to text in a separate process.

A sheet of a few kilobytes can claim a cell at its far corner, or unpack to gigabytes. The
process that opens it has limits on memory and time.
"""

import csv
import json
import tempfile
import zipfile
from dataclasses import dataclass, field
from io import SEEK_END
from typing import BinaryIO, cast

from intranet.administration.imports.faults import Refused
from intranet.platform.core import clock
from intranet.platform.core.subprocesses import (
    EXIT_DAMAGED,
    EXIT_TOO_MUCH,
    NotStartedError,
    TookTooLongError,
    run_apart,
)

TIMEOUT_SECONDS = 120
UNPACKED_BYTES = 1024 * 1024 * 1024
FACTS_BYTES = 64 * 1024
CALENDAR_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class SheetFacts:
    """The sheet of a workbook that was read, the others, and its cells without a value."""

    sheet: str = ""
    sheets: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    is_hidden: bool = False
    formulas: int = 0
    errors: int = 0


def as_text(stream: BinaryIO, sheet: str = "") -> tuple[str, BinaryIO, SheetFacts]:
    """Return the sheet with the people, as UTF-8 lines that begin with the row's number.

    Args:
        sheet: the name of the sheet to read instead.

    Returns:
        `xlsx` or `ods`, the lines, and what the workbook holds.

    Raises:
        Refused: it is no sheet, is damaged or too large, or cannot be opened right now.
    """
    kind = _kind(stream)
    made = _written(stream, kind, "sheet", *([sheet] if sheet else []))
    return kind, made, _taken_facts(made)


def _taken_facts(made: BinaryIO) -> SheetFacts:
    """Take the last line, which is no line of the sheet, off the converted text."""
    size = made.seek(0, SEEK_END)
    made.seek(max(size - FACTS_BYTES, 0))
    last = made.read()
    start = last.rstrip(b"\n").rfind(b"\n") + 1
    if not last[start:].startswith(b"0,"):
        return SheetFacts()
    made.truncate(size - len(last) + start)
    [[_number, facts]] = csv.reader([last[start:].decode()])
    return SheetFacts(**json.loads(facts))


def calendar_as_text(stream: BinaryIO) -> BinaryIO:
    """Return the events of a calendar as lines of a duty roster, in the form of `as_text`.

    Raises:
        Refused: it is damaged or too large, or cannot be opened right now.
    """
    if stream.seek(0, SEEK_END) > CALENDAR_BYTES:
        raise Refused("calendar_too_large")
    return _written(stream, "ics", "calendar", clock.now().date().isoformat())


def _written(stream: BinaryIO, kind: str, called: str, *more: str) -> BinaryIO:
    """Return the output of the converting process; `called` is the prefix of refusal codes."""
    made = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
    with tempfile.NamedTemporaryFile(suffix=f".{kind}") as copy:
        stream.seek(0)
        while part := stream.read(256 * 1024):
            copy.write(part)
        copy.flush()
        try:
            code = run_apart(
                f"intranet.administration.imports.{called}_process",
                *(copy.name, *more),
                within_seconds=TIMEOUT_SECONDS,
                said=made,
            )
        except TookTooLongError:
            code = EXIT_TOO_MUCH
        except NotStartedError as error:
            made.close()
            raise Refused("not_opened") from error
    if code:
        made.close()
        raise Refused(f"{called}_damaged" if code == EXIT_DAMAGED else f"{called}_too_large")
    return made


def _kind(stream: BinaryIO) -> str:
    try:
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused("sheet_damaged") from error
    if sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise Refused("sheet_too_large")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise Refused("binary")
