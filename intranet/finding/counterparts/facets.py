"""Facets of a counterpart search, with how many results each choice would leave."""

from collections import Counter
from collections.abc import Sequence

from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.ranking_models import Ranked
from intranet.finding.counterparts.search import CounterpartResults
from intranet.finding.finder.facets import Facet, facet
from intranet.platform.index.tags import size_band

MAX_CHOICES = 6
PROVINCE_PARTS = 3


def facets(found: CounterpartResults) -> list[Facet]:
    """Return the facets that divide the results, each with its most frequent values."""
    filters, ranked = found.filters, found.ranked
    made = [
        _facet("function", _functions(ranked), filters),
        _facet("kind", _kinds(ranked), filters),
        _facet("size", _sizes(ranked), filters),
        _facet("territory", _places(ranked), filters),
        _facet("language", _languages(ranked), filters),
        _facet("open", _open(ranked), filters),
    ]
    return [each for each in made if each.choices]


def _facet(name: str, counts: Counter[str], filters: CounterpartFilters) -> Facet:
    chosen = getattr(filters, name)
    values = [value for value, _count in counts.most_common(MAX_CHOICES)]
    if chosen and chosen not in values:
        values.append(chosen)
    if name == "size":
        values.sort()
    if len(values) < 2 and not chosen and name != "open":  # noqa: PLR2004 - one choice divides nothing
        values = []
    return facet(name, counts, values, chosen)


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
