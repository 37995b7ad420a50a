"""Files of ours: rejected lines to be mended, and a template to begin with."""

from collections.abc import Iterable, Iterator, Sequence

from intranet.administration.imports.columns import LAYOUTS, OURS, Kind
from intranet.administration.imports.words import column_name
from intranet.platform.core.spreadsheet import BEGINNING, as_meant, spreadsheet_row

ROWS_AT_ONCE = 500


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
    named = [as_meant(header[place].strip()) for place in kept]
    yield BEGINNING + spreadsheet_row([*named, "line", "reason"], separator)
    for number, cells, why in lines:
        padded = [*cells, *[""] * (len(header) - len(cells))]
        shown = [as_meant(padded[place].strip()) for place in kept]
        yield spreadsheet_row([*shown, str(number), why], separator)


def template(kind: Kind) -> str:
    """An empty table with the columns of a kind, as they are called in the reader's language."""
    return BEGINNING + spreadsheet_row([column_name(column) for column in LAYOUTS[kind].known])
