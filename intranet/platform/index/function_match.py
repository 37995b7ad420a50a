"""Match posts by their function together with traits of the holder or the agency.

In a country ten thousand posts have a given function, and a hundred thousand a given level or kind
of agency. To find posts with both, PostgreSQL reads both lists: 27 ms, with a third list 65 ms. So
each combination is a tag of its own, with a short list. SQLite skips the entries it does not need.
"""

from collections.abc import Collection, Iterator, Sequence

from intranet.platform.core.database import on_sqlite
from intranet.platform.index import tags
from intranet.platform.index.expressions import Any, Expression, Tag


def doing_tags(found: Collection[str]) -> Iterator[str]:
    """Yield the combined tags of a post that has these tags."""
    for function in found:
        if function.startswith(tags.FUNCTION):
            traits = (trait for trait in found if trait.startswith(tags.TRAITS))
            yield from (tags.doing(function, trait) for trait in traits)


def has_function(code: str, *traits: Sequence[str]) -> list[Expression]:
    """Match posts with a function and with one trait of each set."""
    function = tags.function(code)
    if on_sqlite() or not traits:
        return [Tag(function), *map(one_of, traits)]
    return [one_of([tags.doing(function, trait) for trait in some]) for some in traits]


def one_of(names: Sequence[str]) -> Expression:
    """Match documents with one of these tags."""
    every = [Tag(name) for name in names]
    return every[0] if len(every) == 1 else Any(*every)
