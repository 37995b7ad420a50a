"""Functions of posts together with what else is asked of who has them.

In a country a function is some ten thousand posts, and a level or a kind of agency some hundred
thousand: to find what has both, PostgreSQL reads both lists, 27 ms for one and 65 for two. So
what is both is a tag of its own, of which it reads the short list alone. SQLite skips what it
need not read.
"""

from collections.abc import Collection, Iterator, Sequence

from intranet.platform.index import tags
from intranet.platform.index.dialect import on_sqlite
from intranet.platform.index.expressions import Any, Expression, Tag


def doing_tags(found: Collection[str]) -> Iterator[str]:
    """The further tags of a post that has these."""
    for function in found:
        if function.startswith(tags.FUNCTION):
            traits = (trait for trait in found if trait.startswith(tags.TRAITS))
            yield from (tags.doing(function, trait) for trait in traits)


def does(code: str, *traits: Sequence[str]) -> list[Expression]:
    """Fits posts that have a function and, of each of these sets of traits, one."""
    function = tags.function(code)
    if on_sqlite() or not traits:
        return [Tag(function), *map(one_of, traits)]
    return [one_of([tags.doing(function, trait) for trait in some]) for some in traits]


def one_of(names: Sequence[str]) -> Expression:
    """Fits what has one of these tags."""
    every = [Tag(name) for name in names]
    return every[0] if len(every) == 1 else Any(*every)
