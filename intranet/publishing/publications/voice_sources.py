"""The sources of a person's voices: posts, spaces and roles, in one query."""

from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CompoundSelect, literal, select, union_all

from intranet.messaging.spaces.access import holds_post, is_current_member
from intranet.messaging.spaces.models import Role, Space, SpaceMember, Why
from intranet.organisation.agencies.models import Administration, Post
from intranet.organisation.agencies.roles import ROLES_FOR, Act
from intranet.organisation.people.models import Appointment, Person, has_role
from intranet.organisation.people.speakers import posts_spoken_for
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import NOW, id_parameter


class Sources(NamedTuple):
    """The origins of a person's voices.

    They are ids of head posts, authorised spaces, owned spaces, and communication officers' posts.
    """

    head_posts: frozenset[UUID]
    named_spaces: frozenset[UUID]
    owned_spaces: frozenset[UUID]
    communication_posts: frozenset[UUID]


@per_request
def sources(person: Person) -> Sources:
    """Return the origins of the person's voices, in one query because most people have none."""
    rows = execute_prepared(_source_ids(), person_id=person.id).all()
    return Sources._make(
        frozenset(row.id for row in rows if row.place == place)
        for place, _name in enumerate(Sources._fields)
    )


@cache
def _source_ids() -> CompoundSelect[int, UUID]:
    person_id = id_parameter("person_id")
    spoken = posts_spoken_for(person_id, NOW).subquery()
    headed = select(literal(0).label("place"), Post.id).where(
        Post.id.in_(select(spoken.c.post_id)), Post.is_head.is_(True)
    )
    named = (
        select(literal(1), Space.id)
        .join(SpaceMember, SpaceMember.space_id == Space.id)
        .where(
            SpaceMember.person_id == person_id,
            SpaceMember.why == Why.HAND,
            SpaceMember.role == Role.SPEAKER,
            is_current_member(NOW),
            holds_post(NOW),
            Space.archived_at.is_(None),
        )
    )
    owned = select(literal(2), Space.id).where(
        Space.owner_post_id.in_(select(spoken.c.post_id)), Space.archived_at.is_(None)
    )
    officers = (
        select(literal(3), Appointment.post_id)
        .join(Administration, has_role(NOW))
        .where(
            Appointment.person_id == person_id,
            Administration.role.in_(ROLES_FOR[Act.ANNOUNCE]),
        )
    )
    return union_all(headed, named, owned, officers)
