"""What else is the same of posts that do the same, less and less of it, as tags of the index."""

from collections.abc import Iterator
from dataclasses import replace

from intranet.finding.counterparts.ranking import Target, Why
from intranet.platform.index import tags

LONGEST_PROVINCE = len("ES-GA-36")


def tiers_of(target: Target) -> Iterator[list[list[str]]]:
    """What else should be the same, less and less of it, as sets of tags.

    What nobody asked for in words only orders equal fits, and is not worth a question.
    """
    target = _as_said(target)
    level = [[tags.level(target.level)]] if target.level else []
    near_level = [list(map(tags.level, _around(target.level)))] if target.level else []
    kind = [[tags.agency_kind(each.value) for each in sorted(target.kinds)]] if target.kinds else []
    size = _sizes(target)
    places = [code for code in target.places if len(code) <= LONGEST_PROVINCE]
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


def _as_said(target: Target) -> Target:
    """Without what is only near, where somebody asked in words."""
    if target.nearness == 1:
        return target
    return replace(
        target,
        kinds=target.kinds if Why.KIND in target.said else frozenset(),
        population=None,
        places=target.places if Why.PLACE in target.said else (),
    )


def _around(level: int) -> list[int]:
    return [each for each in (level - 1, level, level + 1) if 1 <= each <= 5]  # noqa: PLR2004 - five levels


def _sizes(target: Target) -> list[list[str]]:
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
