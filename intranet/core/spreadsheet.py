"""Lines of a spreadsheet, in which no cell is a formula."""

import csv
import io
from collections.abc import Sequence

BEGINNING = "\ufeff"
"""What a spreadsheet begins with, so that programs read it as UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet_row(cells: Sequence[str]) -> str:
    """A line of a spreadsheet, in which no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow([harmless(cell) for cell in cells])
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
