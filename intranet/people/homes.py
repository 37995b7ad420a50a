"""At which agency people are at home: `accounts`, which stands above, knows it and says it."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from intranet.agencies.models import Post
from intranet.core import clock
from intranet.extensions import db
from intranet.people.models import Appointment
from intranet.people.queries import in_parts, is_not_over

Homes = Callable[[Collection[UUID]], Mapping[UUID, UUID]]
_known: list[Homes] = []


def knows_homes(homes: Homes) -> Homes:
    """Let a function say at which agency each of some people has the account, if any."""
    _known[:] = [homes]
    return homes


def homes_of(person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Ids of the agencies at which these people have their accounts, by person."""
    found: dict[UUID, UUID] = {}
    for some in in_parts(person_ids):
        for homes in _known:
            found |= homes(some)
    return found


def strangers_among(agency_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Who of these people belongs to other agencies only: nobody here appoints them unasked.

    Who holds a post here, or will, has agreed to be here; who has no account and no post
    elsewhere belongs to nobody else.
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
