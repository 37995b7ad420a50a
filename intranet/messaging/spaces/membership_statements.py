"""The statements of the rule of membership, which are built once."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from intranet.messaging.spaces.models import AudienceAtom, Space
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_not_over
from intranet.platform.core.types import NOW, among, ids_parameter

_SPACE = (
    Space.id,
    Space.kind,
    Space.agency_id,
    Space.reach,
    Space.owner_post_id,
    Space.members_version,
)


@cache
def appointments_held_by() -> Select[Any, *tuple[Any, ...]]:
    """Return the query for people's appointments that are not over, by `person_ids`."""
    return (
        select(
            Appointment.id,
            Appointment.person_id,
            Appointment.since,
            Appointment.until,
            Appointment.on_hold,
            Appointment.post_id,
            Post.agency_id,
            Post.is_head,
            Post.level,
            Post.unit_id,
            Unit.parent_id,
            Unit.path,
            Agency.kind,
            Agency.territory,
            Agency.in_directory,
        )
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(Agency, Agency.id == Post.agency_id)
        .where(among(Appointment.person_id, "person_ids"), is_not_over(NOW))
    )


@cache
def any_group(*, is_limited: bool) -> Select[UUID]:
    """Return the query for one group, among `space_ids` if limited to some."""
    groups = select(Space.id).where(Space.owner_post_id.is_not(None)).limit(1)
    return groups.where(among(Space.id, "space_ids")) if is_limited else groups


@cache
def atoms_with(column: str) -> Select[Any, *tuple[Any, ...]]:
    """Return the query for atoms with their spaces, whose column has one of `values`."""
    return (
        select(AudienceAtom.key, AudienceAtom.is_exception, *_SPACE)
        .join(Space, Space.id == AudienceAtom.space_id)
        .where(among(getattr(AudienceAtom, column), "values"))
    )


@cache
def groups_led_through() -> Select[Any, *tuple[Any, ...]]:
    """Return the query for groups that `post_ids` own, or may lead as a fallback."""
    posts = select(Post.id).where(Post.id.in_(ids_parameter("post_ids"))).cte(recursive=True)
    posts = posts.union(
        select(Post.id).where(Post.fallback_id == posts.c.id, Post.fallback_id.is_not(None))
    )
    return select(*_SPACE).where(Space.owner_post_id.in_(select(posts.c.id)))
