"""Choose the sheet of a workbook that holds the people: the one whose header is known best."""

from collections.abc import Sequence
from dataclasses import dataclass

from intranet.administration.imports.header_lines import count_labels

SHEETS_LIMIT = 30
LOOKED_ROWS = 40


@dataclass(frozen=True)
class SheetLook:
    """A sheet: its rows at the top, and how many it has in all."""

    name: str
    is_visible: bool
    height: int
    top: Sequence[Sequence[str]]


def chosen_sheet(looks: Sequence[SheetLook], asked: str) -> SheetLook | None:
    """Return the sheet that was asked for, else the best; None if all are empty.

    A visible sheet precedes a hidden one. Then those with a header precede others, and among
    these the one with most lines; of equal ones it is the first.
    """
    filled = [look for look in looks if look.height]
    if named := [look for look in filled if look.name == asked]:
        return named[0]
    return max(filled, key=_rank, default=None)


def _rank(look: SheetLook) -> tuple[bool, int, int]:
    labels = max((count_labels(cells) for cells in look.top), default=0)
    has_header = min(labels, 3)
    return look.is_visible, has_header if look.height > 1 else 0, look.height if has_header else 0
