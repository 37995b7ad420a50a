"""Lines of a spreadsheet in which no cell is a formula, and cells as they were meant."""

import csv
import io
import re
from collections.abc import Sequence

BEGINNING = "\ufeff"
"""What a spreadsheet begins with, so that programs read it as UTF-8."""
_SIGNS = "=+@\uff0b\uff0d\uff1d\uff20-"
# A program that parts cells by another sign, or is mistaken about quotes, sees a cell begin there.
_BEGINS = r'(^|[,;|\t\r\n])([\s"]*)'
_FORMULA = re.compile(rf"^('*)(?=[\t\r\n])|{_BEGINS}('*)(?=[{_SIGNS}])")
_HARMLESS = re.compile(rf"^'('*)(?=[\t\r\n])|{_BEGINS}'('*)(?=[{_SIGNS}])")


def spreadsheet_row(cells: Sequence[str], separator: str = ";") -> str:
    """A line of a spreadsheet, in which no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerow(
        [harmless(cell) for cell in cells]
    )
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what begins one.

    `as_meant` takes it away again.
    """
    return _FORMULA.sub(_with_apostrophe, cell)


def as_meant(cell: str) -> str:
    """A cell without the apostrophes that `harmless` put there, or a person did."""
    return _HARMLESS.sub(_put_together, cell)


def _with_apostrophe(found: re.Match[str]) -> str:
    return f"{found[2] or ''}{found[3] or ''}'{found[1] or found[4] or ''}"


def _put_together(found: re.Match[str]) -> str:
    return "".join(part or "" for part in found.groups())
