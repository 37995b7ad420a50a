"""The statements that read stored agencies, units and posts; frequent ones are built once."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.platform.core.types import among

_AGENCY = (
    Agency.id,
    Agency.code,
    Agency.name,
    Agency.handle,
    Agency.languages,
    Agency.kind,
    Agency.code_scheme,
    Agency.territory,
    Agency.population,
    Agency.time_zone,
)


def agencies_as_facts() -> Any:
    """Return the query for the columns of `AgencyFact`, in its order."""
    root = select(Unit.agency_id, Unit.id, Unit.code, Unit.path).where(Unit.parent_id.is_(None))
    root_of = root.subquery()
    return select(*_AGENCY, root_of.c.id, root_of.c.code, root_of.c.path).join(
        root_of, root_of.c.agency_id == Agency.id
    )


@cache
def agencies_with(column: str) -> Any:
    """Return the query for agencies whose column has one of `keys`."""
    return agencies_as_facts().where(among(getattr(Agency, column), "keys"))


@cache
def with_codes(kind: type[Unit] | type[Post], *, is_limited: bool) -> Any:
    """Return the query for units or posts with `codes`, of `agency_ids` if limited to some."""
    columns = units_as_facts(None) if kind is Unit else posts_as_facts()
    found = columns.where(among(kind.code, "codes"))
    return found.where(among(kind.agency_id, "agency_ids")) if is_limited else found


@cache
def units_with_ids() -> Any:
    """Return the query for units with `ids`."""
    return units_as_facts(None).where(among(Unit.id, "ids"))


def units_as_facts(agency_ids: Collection[UUID] | None) -> Any:
    """Return the query for the columns of `UnitFact`, of some agencies or of any."""
    found = select(
        Unit.id,
        Unit.agency_id,
        Unit.code,
        Unit.name,
        Unit.kind,
        Unit.parent_id,
        Unit.path,
        Unit.valid_from,
        Unit.valid_to,
    )
    return found if agency_ids is None else found.where(Unit.agency_id.in_(agency_ids))


def posts_as_facts() -> Any:
    """Return the query for the columns of `PostFact`."""
    return select(
        Post.id,
        Post.unit_id,
        Post.code,
        Post.title,
        Post.level,
        Post.is_head,
        Post.places,
        Post.valid_from,
        Post.valid_to,
    )
