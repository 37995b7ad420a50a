"""Where a closed channel goes on."""

from dataclasses import dataclass
from uuid import UUID

from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.queries import main_channel_id
from intranet.messaging.spaces.closing import carrier_of
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.models import Person


@dataclass(frozen=True)
class CarriedOn:
    """The unit that ended, the one that carries on or stands above it, and its channel."""

    ended: Unit
    by: Unit | None
    channel_id: UUID | None


def carried_on(viewer: Person, conversation: Conversation) -> CarriedOn | None:
    """Where the channel of a unit that has ended goes on; None for any other conversation.

    Its channel is named only to those who may read it.
    """
    space = conversation.space
    if space is None or space.unit is None or space.archived_at is None:
        return None
    unit = carrier_of(space)
    return CarriedOn(space.unit, unit, main_channel_id(viewer, unit) if unit else None)
