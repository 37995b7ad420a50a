"""The file of rejected lines, to correct and send again."""

from collections.abc import Container, Iterable, Iterator, Sequence

from intranet.administration.imports.columns import OURS
from intranet.platform.core.spreadsheet import BEGINNING, as_meant, spreadsheet_row

BATCH_SIZE = 500


def rejected_rows(
    header: Sequence[str],
    separator: str,
    lines: Iterable[tuple[int, Sequence[str], str]],
    imported: Container[int] | None = None,
) -> Iterator[str]:
    """Yield rejected lines as CSV, with their number and reason after the file's own columns.

    A file of lines that were rejected before has these two columns already; they are replaced.

    Args:
        lines: number, cells and reason of each.
        imported: the positions of the columns that are imported; None for all of them.
    """
    kept = [
        place
        for place, name in enumerate(header)
        if name.strip().lower() not in OURS and (imported is None or place in imported)
    ]
    separator = separator or ";"
    named = [as_meant(header[place].strip()) for place in kept]
    yield BEGINNING + spreadsheet_row([*named, "line", "reason"], separator)
    for number, cells, why in lines:
        padded = [*cells, *[""] * (len(header) - len(cells))]
        shown = [as_meant(padded[place].strip()) for place in kept]
        yield spreadsheet_row([*shown, str(number), why], separator)
