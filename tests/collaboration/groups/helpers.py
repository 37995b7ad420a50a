"""Short ways to groups."""

from typing import Any

from sqlalchemy import select

from intranet.collaboration.groups.models import Group, Joining
from intranet.collaboration.groups.operations.founding import GroupDetails, found_group
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.spaces.access import is_member
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Reach
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments


def group_of(founder: Any, name: str = "Padrón sin papeles", **changed: Any) -> Group:
    """A group that belongs to the founder's oldest post; open and of the whole network."""
    said = {
        "name": name,
        "purpose": "Lo que hacemos igual.",
        "joining": Joining.OPEN,
        "is_listed": True,
        "reach": Reach.NETWORK,
    }
    audience = changed.pop("audience", None)
    post = current_appointments(founder.id)[0].post
    return found_group(
        founder,
        post,
        GroupDetails(**{**said, **changed}),
        language="es",
        audience=Audience.parse(audience) if audience else None,
    )


def main_channel(group: Group) -> Conversation:
    """The channel that every group has."""
    return db.session.scalars(
        select(Conversation).where(Conversation.space_id == group.space_id, Conversation.is_main)
    ).one()


def inside(group: Group, *people: Person) -> list[bool]:
    """Who of these people is in the group."""
    return [is_member(person, group.space) for person in people]


def reads(person: Person, group: Group) -> bool:
    """Whether somebody reads its main channel."""
    return bool(readable_among(person, [main_channel(group).id]))
