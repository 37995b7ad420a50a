"""Joining and leaving groups from the list of their channels."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.groups.models import Group, Joining
from intranet.extensions import db
from intranet.messaging.conversations.channel_browser import ChannelAction
from intranet.messaging.spaces.access import is_current_member
from intranet.messaging.spaces.models import SpaceMember, Why
from intranet.organisation.people.models import Person
from intranet.platform.core import clock


def ways_of_groups(
    person: Person, space_ids: Collection[UUID], joined_ids: Collection[UUID]
) -> Mapping[UUID, ChannelAction]:
    """Return the action open to the person for each of these groups. At most two queries.

    Args:
        joined_ids: the groups among them that the person is in.
    """
    found = dict.fromkeys(joined_ids, ChannelAction.LEAVE)
    found |= dict.fromkeys(_by_rule(person, joined_ids), ChannelAction.NONE)
    others = set(space_ids) - set(joined_ids)
    if others:
        free = Group.space_id.in_(others), Group.joining == Joining.OPEN
        found |= dict.fromkeys(
            db.session.scalars(select(Group.space_id).where(*free)), ChannelAction.JOIN
        )
    return found


def _by_rule(person: Person, space_ids: Collection[UUID]) -> set[UUID]:
    """Return the groups that the person is in by rule and therefore cannot leave."""
    if not space_ids:
        return set()
    rows = select(SpaceMember.space_id).where(
        SpaceMember.space_id.in_(space_ids),
        SpaceMember.person_id == person.id,
        SpaceMember.why == Why.RULE,
        is_current_member(clock.now()),
    )
    return set(db.session.scalars(rows))
