"""Figures of the members of groups, and how a person stands to them, by statements built once."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from intranet.collaboration.groups.models import GroupInvitation
from intranet.extensions import db
from intranet.messaging.spaces.access import is_current_member, is_joined_by
from intranet.messaging.spaces.models import Space, SpaceMember
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.types import NOW, among, id_parameter


def people_counts(space_ids: Collection[UUID]) -> dict[UUID, int]:
    """Count the members of each of these groups."""
    rows = execute_prepared(_people_counts(), ids=list(space_ids))
    return {row.space_id: row.people for row in rows}


@cache
def _people_counts() -> Select[UUID, int]:
    people = func.count(SpaceMember.person_id.distinct())
    return (
        select(SpaceMember.space_id, people.label("people"))
        .where(among(SpaceMember.space_id, "ids"), is_current_member(NOW))
        .group_by(SpaceMember.space_id)
    )


def agency_counts(space_ids: Collection[UUID]) -> dict[UUID, int]:
    """Count the agencies of the members of each of these groups."""
    rows = execute_prepared(_agency_counts(), ids=list(space_ids))
    return {row.space_id: row.agencies for row in rows}


@cache
def _agency_counts() -> Select[UUID, int]:
    agencies = func.count(Post.agency_id.distinct())
    return (
        _by_posts(SpaceMember.space_id, agencies.label("agencies"))
        .where(among(SpaceMember.space_id, "ids"))
        .group_by(SpaceMember.space_id)
    )


def agencies_inside(space: Space) -> Sequence[tuple[Agency, int]]:
    """Return the members' agencies, each with its number of members, the largest first."""
    rows = db.session.execute(_agencies_inside(), {"space_id": space.id})
    return [(row.Agency, row.people) for row in rows]


@cache
def _agencies_inside() -> Select[Agency, int]:
    people = func.count(SpaceMember.person_id.distinct())
    inside = (
        _by_posts(Post.agency_id, people.label("people"))
        .where(SpaceMember.space_id == id_parameter("space_id"))
        .group_by(Post.agency_id)
        .subquery()
    )
    return (
        select(Agency, inside.c.people)
        .join(inside, inside.c.agency_id == Agency.id)
        .order_by(inside.c.people.desc(), Agency.sort_key)
    )


def _by_posts(*columns: Any) -> Select[Any]:
    """Select current members with the posts by which, or by whose agency, they are members."""
    return (
        select(*columns)
        .select_from(SpaceMember)
        .join(Appointment, Appointment.person_id == SpaceMember.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(
            is_current_member(NOW),
            is_current(NOW),
            or_(
                SpaceMember.appointment_id == Appointment.id,
                SpaceMember.agency_id == Post.agency_id,
            ),
        )
    )


def joined_among(person: Person, space_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these groups the person is in."""
    found = execute_prepared(_joined_among(), person_id=person.id, ids=list(space_ids))
    return set(found.scalars())


@cache
def _joined_among() -> Select[UUID]:
    is_joined = is_joined_by(id_parameter("person_id"), NOW)
    return select(Space.id).where(among(Space.id, "ids"), is_joined)


def asked_among(person: Person, space_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these groups the person asked to join, without an answer yet."""
    found = execute_prepared(_asked_among(), person_id=person.id, ids=list(space_ids))
    return set(found.scalars())


@cache
def _asked_among() -> Select[UUID]:
    return select(GroupInvitation.space_id).where(
        among(GroupInvitation.space_id, "ids"),
        GroupInvitation.person_id == id_parameter("person_id"),
        GroupInvitation.is_request.is_(True),
        GroupInvitation.answered_at.is_(None),
    )
