"""Home agencies of people, as registered by `accounts`, which is above this package."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts, is_not_over
from intranet.platform.core import clock

Homes = Callable[[Collection[UUID]], Mapping[UUID, UUID]]
_known: list[Homes] = []


def register_home_lookup(homes: Homes) -> Homes:
    """Register the function that returns the home agency of each given person."""
    _known[:] = [homes]
    return homes


def homes_of(person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the id of each person's home agency, by person."""
    found: dict[UUID, UUID] = {}
    for some in in_parts(person_ids):
        for homes in _known:
            found |= homes(some)
    return found


def strangers_among(agency_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Return the people who belong to other agencies only and have to accept a post here.

    A person with a present or future post here has accepted before. A person without an account
    and without a post elsewhere belongs to no other agency.
    """
    homes = homes_of(person_ids)
    away = {person_id for person_id in person_ids if homes.get(person_id) != agency_id}
    here: set[UUID] = set()
    elsewhere: set[UUID] = set()
    for some in in_parts(away):
        held = (
            select(Appointment.person_id, Post.agency_id)
            .join(Post, Post.id == Appointment.post_id)
            .where(Appointment.person_id.in_(some), is_not_over(clock.now()))
        )
        for row in db.session.execute(held):
            (here if row.agency_id == agency_id else elsewhere).add(row.person_id)
    return {person_id for person_id in away - here if person_id in homes or person_id in elsewhere}
