"""Joined loading with aliases of tables that all statements share.

SQLAlchemy makes an alias of a table, with copies of its columns, for each relationship that a
statement loads joined, and keeps it with the compiled statement. Those copies were half of the
memory that a process took after it had shown all its pages, though the aliases are all alike: what
differs is only how many of one table a statement needs.
"""

from collections import defaultdict
from threading import Lock
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Mapper, RelationshipProperty
from sqlalchemy.orm.strategies import _JoinedLoader
from sqlalchemy.orm.util import AliasedClass

_PLACE = "path_with_polymorphic"
"""Where SQLAlchemy looks for the alias that `of_type` names for a relationship."""

_aliases: dict[Mapper[Any], list[Any]] = defaultdict(list)
_adding = Lock()


@RelationshipProperty.strategy_for(lazy="joined")
@RelationshipProperty.strategy_for(lazy=False)
class SharingLoader(_JoinedLoader):
    """The joined loader of every relationship."""

    __slots__ = ()

    def _generate_row_adapter(
        self, compile_state: Any, entity: Any, path: Any, *rest: Any, **named: Any
    ) -> Any:
        """Name a shared alias for this place of a statement, unless it has an alias already."""
        found = compile_state.attributes
        add_join: Any = super()._generate_row_adapter
        if path.contains(found, _PLACE) or inspect(self.entity).is_aliased_class:
            return add_join(compile_state, entity, path, *rest, **named)
        used: dict[Any, int] = compile_state.global_attributes.setdefault(SharingLoader, {})
        number = used.get(self.mapper, 0)
        used[self.mapper] = number + 1
        path.set(found, _PLACE, _alias(self.mapper, number))
        try:
            return add_join(compile_state, entity, path, *rest, **named)
        finally:
            del found[_PLACE, path.natural_path]


def _alias(mapper: Mapper[Any], number: int) -> Any:
    """Return the first, second or later alias of a table, whose columns are copied by then."""
    known = _aliases[mapper]
    if number >= len(known):
        with _adding:
            while number >= len(known):
                alias = AliasedClass(mapper, flat=True, use_mapper_path=True)
                inspect(alias).selectable.c  # noqa: B018 - copied here, by one thread
                known.append(alias)
    return known[number]
