"""The people whom a visibility reaches."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from intranet.extensions import db
from intranet.messaging.spaces.models import Space, Visibility
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock


def holders_now() -> Select[UUID]:
    """Return the ids of people who hold a post now; callers may add conditions on `Post`."""
    return (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(is_current(clock.now()))
    )


def reached_by(visibility: Visibility | None, space: Space) -> ColumnElement[bool]:
    """Return whether a visibility in a space reaches a person, as a condition on `Person`."""
    holds = holders_now()
    if visibility in {Visibility.NETWORK, Visibility.PUBLIC}:
        return Person.id.in_(holds)
    joined = and_(Person.id.in_(current_members(space.id)), Person.id.in_(holds))
    if visibility == Visibility.AGENCY:
        return or_(Person.id.in_(holds.where(Post.agency_id == space.agency_id)), joined)
    return joined


def would_read(visibility: Visibility, space: Space, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people could now read a publication in this space."""
    people = Person.id.in_(person_ids)
    return set(db.session.scalars(select(Person.id).where(people, reached_by(visibility, space))))
