"""Find the successor of a closed channel."""

from dataclasses import dataclass
from uuid import UUID

from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.queries import main_channel_id
from intranet.messaging.spaces.closing import carrier_of
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.models import Person


@dataclass(frozen=True)
class CarriedOn:
    """A closed unit, the unit that takes over its channel, and that unit's channel.

    `by` is the successor or the parent; None if there is none. `channel_id` is None unless the
    viewer may read the channel.
    """

    ended: Unit
    by: Unit | None
    channel_id: UUID | None


def carried_on(viewer: Person, conversation: Conversation) -> CarriedOn | None:
    """Return where the channel of an ended unit continues; None for any other conversation.

    The channel that continues it is named only to viewers who may read that channel.
    """
    space = conversation.space
    if space is None or space.unit is None or space.archived_at is None:
        return None
    unit = carrier_of(space)
    return CarriedOn(space.unit, unit, main_channel_id(viewer, unit) if unit else None)
