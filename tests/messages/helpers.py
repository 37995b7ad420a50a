"""Short ways to a conversation and to what is said in it."""

from uuid import uuid4

from intranet.conversations.queries import channels_of
from intranet.messages.operations import post_message
from intranet.spaces.queries import space_of_agency, space_of_unit


def channel_of(unit):
    """The unit's channel; the agency's for a root unit."""
    space = space_of_unit(unit.id) or space_of_agency(unit.agency_id)
    return channels_of(space)[0]


def say(author, conversation, body="Hola.", **more):
    """Post a message with a new id of the client's."""
    return post_message(author, conversation, body, client_id=uuid4(), **more)
