"""Files of ours: rejected lines to be mended, and a template to begin with."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from intranet.imports.columns import LAYOUTS, OURS, Kind
from intranet.imports.values import shown_in_a_cell
from intranet.imports.words import column_name

ROWS_AT_ONCE = 500
BOM = "\ufeff"


def rejected_rows(
    header: Sequence[str], separator: str, lines: Iterable[tuple[int, Sequence[str], str]]
) -> Iterator[str]:
    """Rejected lines as CSV, with their number and the reason behind the file's own columns.

    What had them already, because it was rejected before, gets them anew.

    Args:
        lines: number, cells and reason of each.
    """
    kept = [place for place, name in enumerate(header) if name.strip().lower() not in OURS]
    separator = separator or ";"
    named = [shown_in_a_cell(header[place].strip()) for place in kept]
    yield BOM + _row([*named, "line", "reason"], separator)
    for number, cells, why in lines:
        padded = [*cells, *[""] * (len(header) - len(cells))]
        shown = [shown_in_a_cell(padded[place].strip()) for place in kept]
        yield _row([*shown, str(number), shown_in_a_cell(why)], separator)


def template(kind: Kind) -> str:
    """An empty table with the columns of a kind, as they are called in the reader's language."""
    return BOM + _row([column_name(column) for column in LAYOUTS[kind].known], ";")


def _row(cells: Sequence[str], separator: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerow(cells)
    return text.getvalue()
