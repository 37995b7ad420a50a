"""Candidates by occupation: the strongest in what the target does, those of near agencies first.

The score is the ranking's, roughly: a sum over the main occupations, and points for the agency.
"""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, select, union_all

from intranet.extensions import db
from intranet.finding.counterparts.filters import CounterpartFilters
from intranet.finding.counterparts.ranking import (
    KIND,
    OCCUPATION,
    PROVINCE,
    REGION,
    SIMILAR_SIZE_RATIO,
    SIZE,
)
from intranet.finding.counterparts.ranking_models import CounterpartTarget
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.occupation_models import PostOccupation
from intranet.organisation.agencies.occupations import main_occupations
from intranet.platform.index.tags import SIZES

LOOKED_AT = 400
"""So many posts with each occupation are looked at, the strongest."""
MAX_FOUND, MAX_OF_AGENCY = 100, 12
MAX_TAUGHT = 2


def posts_by_occupation(
    target: CounterpartTarget, filters: CounterpartFilters, without: Collection[UUID]
) -> list[UUID]:
    """Return posts that share a main occupation with the target, best first, from many agencies."""
    main = {**_taught(target), **main_occupations(target.occupations)}
    if not main:
        return []
    every = union_all(*(_strongest(key, strength) for key, strength in main.items())).subquery()
    points = OCCUPATION * func.sum(every.c.points) + func.max(_nearness(target))
    place = func.row_number().over(partition_by=every.c.agency_id, order_by=points.desc())
    scored = (
        select(every.c.post_id, points.label("points"), place.label("place"))
        .join(Agency, Agency.id == every.c.agency_id)
        .where(Agency.in_directory, Agency.id.not_in(without), *_conditions(filters))
        .group_by(every.c.post_id, every.c.agency_id)
        .subquery()
    )
    best = (
        select(scored.c.post_id)
        .where(scored.c.place <= MAX_OF_AGENCY)
        .order_by(scored.c.points.desc(), scored.c.post_id)
        .limit(MAX_FOUND)
    )
    return list(db.session.scalars(best))


def _taught(target: CounterpartTarget) -> dict[str, float]:
    """Return the occupations that the network took for counterparts most clearly."""
    ranked = sorted(target.taught.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_TAUGHT]
    return {code: weight for code, weight in ranked if weight > 0}


def _strongest(occupation: str, strength: float) -> Any:
    points = (PostOccupation.strength * strength).label("points")
    some = (
        select(PostOccupation.post_id, PostOccupation.agency_id, points)
        .where(PostOccupation.occupation == occupation)
        .order_by(PostOccupation.strength.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    return select(some)


def _nearness(target: CounterpartTarget) -> ColumnElement[float]:
    """Return the points of an agency for its kind, size and place."""
    points: ColumnElement[float] = literal(0.0)
    if target.kinds:
        points += case((Agency.kind.in_(sorted(target.kinds)), KIND), else_=0.0)
    if target.population:
        like = Agency.population.between(
            target.population / SIMILAR_SIZE_RATIO, target.population * SIMILAR_SIZE_RATIO
        )
        points += case((like, SIZE), else_=0.0)
    places = [
        (Agency.territory.startswith(code), REGION if code.count("-") == 1 else PROVINCE)
        for code in target.places
    ]
    if places:
        points += case(*places, else_=0.0)
    return points * target.nearness


def _conditions(filters: CounterpartFilters) -> Iterator[ColumnElement[bool]]:
    """Yield the filters that concern the agency."""
    if filters.kind:
        yield Agency.kind == filters.kind
    if filters.territory:
        yield Agency.territory.startswith(filters.territory)
    if filters.size:
        limits = (0, *SIZES, None)
        lowest, highest = limits[int(filters.size) : int(filters.size) + 2]
        yield Agency.population >= lowest
        if highest is not None:
            yield Agency.population < highest
