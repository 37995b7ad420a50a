"""How somebody comes into the groups whose channels they browse, and out of them again."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.groups.models import Group, Joining
from intranet.extensions import db
from intranet.messaging.conversations.browsing import Way
from intranet.messaging.spaces.access import is_current_member
from intranet.messaging.spaces.models import SpaceMember, Why
from intranet.organisation.people.models import Person
from intranet.platform.core import clock


def ways_of_groups(
    person: Person, space_ids: Collection[UUID], joined_ids: Collection[UUID]
) -> Mapping[UUID, Way]:
    """Return the act open to the person for each of these groups, in two queries at most.

    Args:
        joined_ids: those of them in which the person is.
    """
    found = dict.fromkeys(joined_ids, Way.LEAVE)
    found |= dict.fromkeys(_by_rule(person, joined_ids), Way.NONE)
    others = set(space_ids) - set(joined_ids)
    if others:
        free = Group.space_id.in_(others), Group.joining == Joining.OPEN
        found |= dict.fromkeys(db.session.scalars(select(Group.space_id).where(*free)), Way.JOIN)
    return found


def _by_rule(person: Person, space_ids: Collection[UUID]) -> set[UUID]:
    """Those in which the person is by a post: they cannot leave these."""
    if not space_ids:
        return set()
    rows = select(SpaceMember.space_id).where(
        SpaceMember.space_id.in_(space_ids),
        SpaceMember.person_id == person.id,
        SpaceMember.why == Why.RULE,
        is_current_member(clock.now()),
    )
    return set(db.session.scalars(rows))
