"""Work through many rows, a batch at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield rows in lists of at most this size, in order."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
