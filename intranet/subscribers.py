"""Page 2 of the house: who listens to which event."""

from intranet.agencies.events import AgencyCreated, PostChanged, UnitChanged, UnitCreated
from intranet.conversations import handlers as conversation_handlers
from intranet.core.events import bus
from intranet.people import handlers as people_handlers
from intranet.people.events import AppointmentChanged, ManyAppointed
from intranet.spaces import handlers as space_handlers
from intranet.spaces.events import MembersChanged, SpaceCreated


def subscribe() -> None:
    """Fill the bus. Saying it twice changes nothing."""
    _within()


def _within() -> None:
    bus.within(AgencyCreated, space_handlers.open_agency_space)
    bus.within(UnitCreated, space_handlers.open_unit_space)
    bus.within(UnitChanged, space_handlers.follow_unit)
    bus.within(PostChanged, people_handlers.end_with_post, space_handlers.follow_post)
    bus.within(AppointmentChanged, space_handlers.follow_appointment)
    bus.within(ManyAppointed, space_handlers.follow_many)
    bus.within(SpaceCreated, conversation_handlers.open_channel)
    bus.within(MembersChanged, conversation_handlers.place_newcomers)
