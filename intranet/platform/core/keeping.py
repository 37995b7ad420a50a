"""Rows about to be destroyed are offered first to whoever must keep them.

The package that destroys content does not know who keeps it: it offers the rows that are to go, in
the transaction in which they go. A keeper copies what it must keep; the author sees no difference.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from intranet.extensions import Model
from intranet.platform.core.unit_of_work import unit_of_work

Row = TypeVar("Row", bound=Model)
Keeper = Callable[[Sequence[Any], UUID | None], None]

_keepers: dict[type[Model], list[Keeper]] = {}


def keeps(kind: type[Model]) -> Callable[[Keeper], Keeper]:
    """Register a function that copies what it must keep of the rows of a table.

    It is called within the transaction, with the rows as they still are and the person who removes
    them; None if that is the program.
    """

    def register(keeper: Keeper) -> Keeper:
        known = _keepers.setdefault(kind, [])
        with suppress(ValueError):
            known.remove(keeper)
        known.append(keeper)
        return keeper

    return register


def offer(rows: Sequence[Row], by_id: UUID | None = None) -> None:
    """Offer rows of one table whose content is about to be destroyed, before it is."""
    if not rows:
        return
    with unit_of_work() as work:
        for keeper in _keepers.get(type(rows[0]), ()):
            keeper(rows, by_id)
        work.flush()
