"""Candidates by occupation: the strongest in what the target does, those of near agencies first.

The score is the ranking's, roughly: a sum over the main occupations, and points for the agency.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Float,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
)

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
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import ids_parameter
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
    places = tuple(REGION if code.count("-") == 1 else PROVINCE for code in target.places)
    shape = _Shape(len(main), bool(target.kinds), bool(target.population), places)
    given: dict[str, Any] = {
        "nearness": target.nearness,
        "kinds": sorted(target.kinds),
        "smallest": (target.population or 0) / SIMILAR_SIZE_RATIO,
        "largest": (target.population or 0) * SIMILAR_SIZE_RATIO,
        "without": list(without),
    }
    for number, (occupation, strength) in enumerate(main.items()):
        given |= {f"main_{number}_key": occupation, f"main_{number}_strength": strength}
    given |= {f"place_{number}_code": code for number, code in enumerate(target.places)}
    conditions = tuple(_conditions(filters))
    asked = _narrowed(shape, conditions) if conditions else _best(shape)
    return list(execute_prepared(asked, **given).scalars())


class _Shape(NamedTuple):
    """The parts of a target that change the statement: occupations and traits of the agency."""

    occupations: int
    has_kinds: bool
    has_population: bool
    places: Sequence[float]
    """The points of each place, the smallest place first."""


@cache
def _best(shape: _Shape) -> Select[UUID]:
    return _narrowed(shape, ())


def _narrowed(shape: _Shape, conditions: Sequence[ColumnElement[bool]]) -> Select[UUID]:
    every = union_all(*(_strongest(number) for number in range(shape.occupations))).subquery()
    points = OCCUPATION * func.sum(every.c.points) + func.max(_nearness(shape))
    place = func.row_number().over(partition_by=every.c.agency_id, order_by=points.desc())
    scored = (
        select(every.c.post_id, points.label("points"), place.label("place"))
        .join(Agency, Agency.id == every.c.agency_id)
        .where(Agency.in_directory, Agency.id.not_in(ids_parameter("without")), *conditions)
        .group_by(every.c.post_id, every.c.agency_id)
        .subquery()
    )
    return (
        select(scored.c.post_id)
        .where(scored.c.place <= MAX_OF_AGENCY)
        .order_by(scored.c.points.desc(), scored.c.post_id)
        .limit(MAX_FOUND)
    )


def _taught(target: CounterpartTarget) -> dict[str, float]:
    """Return the occupations that the network took for counterparts most clearly."""
    ranked = sorted(target.taught.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_TAUGHT]
    return {code: weight for code, weight in ranked if weight > 0}


def _strongest(number: int) -> Any:
    strength = bindparam(f"main_{number}_strength", type_=Float)
    points = (PostOccupation.strength * strength).label("points")
    some = (
        select(PostOccupation.post_id, PostOccupation.agency_id, points)
        .where(PostOccupation.occupation == bindparam(f"main_{number}_key", type_=String))
        .order_by(PostOccupation.strength.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    return select(some)


def _nearness(shape: _Shape) -> ColumnElement[float]:
    """Return the points of an agency for its kind, size and place."""
    points: ColumnElement[float] = literal(0.0)
    if shape.has_kinds:
        kinds: BindParameter[Any] = bindparam("kinds", type_=Agency.kind.type, expanding=True)
        points += case((Agency.kind.in_(kinds), KIND), else_=0.0)
    if shape.has_population:
        smallest, largest = bindparam("smallest", type_=Float), bindparam("largest", type_=Float)
        points += case((Agency.population.between(smallest, largest), SIZE), else_=0.0)
    places = [
        (Agency.territory.startswith(bindparam(f"place_{number}_code", type_=String)), worth)
        for number, worth in enumerate(shape.places)
    ]
    if places:
        points += case(*places, else_=0.0)
    return points * bindparam("nearness", type_=Float)


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
