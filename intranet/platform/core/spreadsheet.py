"""Write CSV rows for spreadsheets in which no cell is a formula, and undo that."""

import csv
import io
import re
from collections.abc import Sequence

BEGINNING = "\ufeff"
"""The byte order mark, which makes spreadsheet programs read a file as UTF-8."""
# Full-width and small forms too, because programs treat them like the plain ones.
_SIGNS = "=+@\uff0b\uff0d\uff1d\uff20\ufe62\ufe63\ufe66\ufe6b-"
_NOT_SEEN = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
"""White space, control and zero-width characters, which programs ignore or do not show."""
# A program with another separator, or with other rules for quotes, may see a cell begin there.
_BEGINS = rf'(^|[,;|\t\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029])([{_NOT_SEEN}"]*)'
_FORMULA = re.compile(rf"^('*)(?=[\t\r\n])|{_BEGINS}('*)(?=[{_SIGNS}])")
_HARMLESS = re.compile(rf"^'('*)(?=[\t\r\n])|{_BEGINS}'('*)(?=[{_SIGNS}])")


def spreadsheet_row(cells: Sequence[str], separator: str = ";") -> str:
    """Return a CSV row in which no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerow(
        [harmless(cell) for cell in cells]
    )
    return text.getvalue()


def harmless(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    `as_meant` takes it away again.
    """
    return _FORMULA.sub(_with_apostrophe, cell)


def as_meant(cell: str) -> str:
    """Return a cell without the apostrophes that `harmless` or a person put there."""
    return _HARMLESS.sub(_put_together, cell)


def _with_apostrophe(found: re.Match[str]) -> str:
    return f"{found[2] or ''}{found[3] or ''}'{found[1] or found[4] or ''}"


def _put_together(found: re.Match[str]) -> str:
    return "".join(part or "" for part in found.groups())
