"""Tiers of similarity among posts with the same function, as tags of the index."""

from collections.abc import Iterator
from dataclasses import replace

from intranet.finding.counterparts.ranking_models import CounterpartCriterion, CounterpartTarget
from intranet.platform.index import tags

PROVINCE_CODE_CHARACTERS = len("ES-GA-36")


def tiers_of(target: CounterpartTarget) -> Iterator[list[list[str]]]:
    """Yield tiers, from most to least similar: a post must have one tag from each set of a tier.

    For a search in words, only what the words name makes a tier. Other nearness only orders ties.
    """
    target = _as_said(target)
    level = [[tags.level(target.level)]] if target.level else []
    near_level = [list(map(tags.level, _around(target.level)))] if target.level else []
    kind = [[tags.agency_kind(each.value) for each in sorted(target.kinds)]] if target.kinds else []
    size = _sizes(target)
    places = [code for code in target.places if len(code) <= PROVINCE_CODE_CHARACTERS]
    near = [[tags.territory(code)] for code in places[:1]]
    far = [[tags.territory(code)] for code in places[-1:]]
    every = [
        [*level, *kind, *size, *near],
        [*level, *kind, *size, *far],
        [*level, *kind, *size],
        [*level, *kind],
        [*level, *far],
        [*level],
        [*near_level, *kind],
        [*kind, *size],
    ]
    seen: list[list[list[str]]] = [[]]
    for tier in every:
        if tier not in seen:
            seen.append(tier)
            yield tier


def _as_said(target: CounterpartTarget) -> CounterpartTarget:
    """Return the target of a search in words without its size, and what the words do not name.

    Kinds and places that the words name are kept. The target of a post is returned as it is.
    """
    if target.nearness == 1:
        return target
    return replace(
        target,
        kinds=target.kinds if CounterpartCriterion.KIND in target.said else frozenset(),
        population=None,
        places=target.places if CounterpartCriterion.PLACE in target.said else (),
    )


def _around(level: int) -> list[int]:
    return [each for each in (level - 1, level, level + 1) if 1 <= each <= 5]  # noqa: PLR2004 - five levels


def _sizes(target: CounterpartTarget) -> list[list[str]]:
    if target.population is not None:
        return [[tags.size(target.population)]]
    bands = range(len(tags.SIZES) + 1)
    if target.largest is not None:
        bands = range(tags.size_band(target.largest - 1) + 1)
    elif target.smallest is not None:
        bands = range(tags.size_band(target.smallest), len(tags.SIZES) + 1)
    else:
        return []
    return [[tags.size_of(band) for band in bands]]
