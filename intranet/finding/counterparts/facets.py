"""Facets of a counterpart search, with how many results each choice would leave."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from babel import Locale
from babel.numbers import format_decimal

from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.ranking import Ranked
from intranet.finding.counterparts.search import CounterpartResults
from intranet.organisation.agencies.territories import place
from intranet.organisation.agencies.words import agency_kind_names, function_name
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language
from intranet.platform.index.tags import SIZES, size_band

MAX_CHOICES = 6
PROVINCE_PARTS = 3


@dataclass(frozen=True)
class CounterpartFacetChoice:
    """A value of a facet, as a link that sets or clears it."""

    value: str
    name: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class CounterpartFacet:
    """A property by which the results can be filtered."""

    name: str
    title: str
    choices: Sequence[CounterpartFacetChoice]


def facets(found: CounterpartResults) -> list[CounterpartFacet]:
    """Return the facets that divide the results, each with its most frequent values."""
    filters, ranked = found.filters, found.ranked
    made = [
        _facet("function", _("Function"), _functions(ranked), filters),
        _facet("kind", _("Type of agency"), _kinds(ranked), filters),
        _facet("size", _("Size"), _sizes(ranked), filters),
        _facet("territory", _("Area"), _places(ranked), filters),
        _facet("language", _("Language"), _languages(ranked), filters),
        _facet("open", _("Questions"), _open(ranked), filters),
    ]
    return [facet for facet in made if facet.choices]


def value_name(part: str, value: str) -> str:
    """Return the name of a value in the reader's language."""
    return NAMED[part](value)


def size_name(band: str) -> str:
    """Return a band of sizes in words, by inhabitants."""
    number = int(band)
    language = current_language()
    if number == len(SIZES):
        return _("%(count)s inhabitants or more", count=_number(SIZES[-1]))
    if number == 0:
        return _("Fewer than %(count)s inhabitants", count=_number(SIZES[0]))
    low, high = (format_decimal(each, locale=language) for each in SIZES[number - 1 : number + 1])
    return _("%(low)s to %(high)s inhabitants", low=low, high=high)


def _facet(
    name: str, title: str, counts: Counter[str], filters: CounterpartFilters
) -> CounterpartFacet:
    chosen = getattr(filters, name)
    values = [value for value, _count in counts.most_common(MAX_CHOICES)]
    if chosen and chosen not in values:
        values.append(chosen)
    if name == "size":
        values.sort()
    if len(values) < 2 and not chosen and name != "open":  # noqa: PLR2004 - one choice divides nothing
        values = []
    choices = [
        CounterpartFacetChoice(each, value_name(name, each), counts[each], each == chosen)
        for each in values
    ]
    return CounterpartFacet(name, title, choices)


def _functions(ranked: Sequence[Ranked]) -> Counter[str]:
    return Counter(code for fit in ranked for code in fit.candidate.functions)


def _kinds(ranked: Sequence[Ranked]) -> Counter[str]:
    return Counter(fit.candidate.kind.value for fit in ranked)


def _sizes(ranked: Sequence[Ranked]) -> Counter[str]:
    known = (fit.candidate.population for fit in ranked)
    return Counter(str(size_band(each)) for each in known if each is not None)


def _places(ranked: Sequence[Ranked]) -> Counter[str]:
    return Counter(
        code
        for fit in ranked
        for code in fit.candidate.places
        if code.count("-") < PROVINCE_PARTS - 1 or len(code.rsplit("-", 1)[1]) < PROVINCE_PARTS
    )


def _languages(ranked: Sequence[Ranked]) -> Counter[str]:
    return Counter(tag for fit in ranked for tag in fit.candidate.languages)


def _open(ranked: Sequence[Ranked]) -> Counter[str]:
    return Counter("1" for fit in ranked if fit.candidate.is_open)


def _number(value: int) -> str:
    return format_decimal(value, locale=current_language())


def _place_name(code: str) -> str:
    found = place(code)
    return found.name if found else code


def _language_name(tag: str) -> str:
    name = str(Locale(current_language()).languages.get(tag) or tag)
    return name[:1].upper() + name[1:]


NAMED: dict[str, Callable[[str], str]] = {
    "function": function_name,
    "kind": lambda value: agency_kind_names().get(value, value),
    "size": size_name,
    "territory": _place_name,
    "language": _language_name,
    "open": lambda _value: _("Open to questions"),
}
