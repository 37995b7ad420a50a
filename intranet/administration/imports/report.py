"""Files to download: rejected lines to correct, and an empty template."""

from collections.abc import Iterable, Iterator, Sequence

from intranet.administration.imports.columns import LAYOUTS, OURS, ImportKind
from intranet.administration.imports.labels import column_name
from intranet.platform.core.spreadsheet import BEGINNING, as_meant, spreadsheet_row

BATCH_SIZE = 500


def rejected_rows(
    header: Sequence[str], separator: str, lines: Iterable[tuple[int, Sequence[str], str]]
) -> Iterator[str]:
    """Yield rejected lines as CSV, with their number and reason after the file's own columns.

    A file of lines that were rejected before has these two columns already; they are replaced.

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


def template(kind: ImportKind) -> str:
    """Return an empty table with the columns of a kind, named in the reader's language."""
    return BEGINNING + spreadsheet_row([column_name(column) for column in LAYOUTS[kind].known])
