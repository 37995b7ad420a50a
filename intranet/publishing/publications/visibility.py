"""The people whom a visibility reaches, and what reaches a person by its visibility."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from intranet.extensions import db
from intranet.messaging.spaces.access import is_joined_by
from intranet.messaging.spaces.models import Space, Visibility
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.types import Id, Instant
from intranet.publishing.publications.audience_membership import Many
from intranet.publishing.publications.models import Publication

OPEN = (Visibility.NETWORK, Visibility.PUBLIC)
"""Visibilities that reach every person who holds a post."""


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


def is_open_to_reader(person_id: Id, agency_ids: Many, now: Instant) -> ColumnElement[bool]:
    """Return the condition of `is_open_to` for who holds a post; the values may be parameters."""
    return and_(
        Publication.visibility.is_not(None),
        Publication.withdrawn_at.is_(None),
        or_(Publication.visibility.in_(OPEN), *ways_near_to(person_id, agency_ids, now)),
    )


def ways_near_to(person_id: Id, agency_ids: Many, now: Instant) -> Sequence[ColumnElement[bool]]:
    """Return the conditions by which a visibility narrower than the network reaches a person.

    The first is by agency and may match many publications; the second is by space. The values may
    be bind parameters.
    """
    joined = select(Space.id).where(is_joined_by(person_id, now))
    return (
        and_(Publication.visibility == Visibility.AGENCY, Publication.agency_id.in_(agency_ids)),
        Publication.space_id.in_(joined),
    )
