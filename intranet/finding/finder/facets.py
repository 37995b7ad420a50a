"""Facets: the choices by which a list can be narrowed, and the filters that are set."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intranet.finding.finder.properties import PROPERTIES, TagFilters


@dataclass(frozen=True)
class FacetChoice:
    """A value of a facet, with the number of results it leaves."""

    value: str
    name: str
    count: int
    is_chosen: bool = False


@dataclass(frozen=True)
class Facet:
    """A property by which the results can be narrowed, with its choices."""

    name: str
    title: str
    choices: Sequence[FacetChoice]


@dataclass(frozen=True)
class ActiveFilter:
    """A filter that is set and can be removed."""

    name: str
    text: str


def facet(name: str, counts: Counter[str], values: Iterable[str], chosen: str = "") -> Facet:
    """Return the facet of a property with these values, in their order."""
    known = PROPERTIES[name]
    choices = [
        FacetChoice(each, known.label(each), counts[each], is_chosen=each == chosen)
        for each in values
    ]
    return Facet(name, str(known.title), choices)


def active_filters(filters: TagFilters) -> list[ActiveFilter]:
    """Return the filters that are set, in words."""
    return [
        ActiveFilter(name, PROPERTIES[name].label(value))
        for name, value in filters.properties.items()
    ]
