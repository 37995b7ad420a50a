"""Short ways to a conversation and to what is said in it."""

from typing import Any
from uuid import uuid4

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.queries import channels_of
from intranet.messaging.messages import queries
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.posting import post_message
from intranet.messaging.messages.serializers import message_json
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import space_of_agency, space_of_unit
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.models import Unit
from intranet.platform.core.unit_of_work import unit_of_work


def space_of(unit: Unit) -> Space:
    """The unit's space; the agency's for a root unit."""
    space = space_of_unit(unit.id) or space_of_agency(unit.agency_id)
    assert space
    return space


def channel_of(unit: Unit) -> Conversation:
    """The unit's channel; the agency's for a root unit."""
    return channels_of(space_of(unit))[0]


def shown(message: Message) -> dict[str, Any]:
    """The message as everybody is told of it now."""
    found = queries.message(message.id)
    assert found
    return message_json(found)


def say(author, conversation, body="Hola.", **more):
    """Post a message with a new id of the client's."""
    return post_message(author, conversation.id, body, client_id=uuid4(), **more)


def read_english(app, person) -> None:
    """Let a person's pages come in English, whatever their agency speaks."""
    with app.app_context(), unit_of_work():
        rows = select(Account).where(Account.person_id == person.id)
        db.session.scalars(rows).one().locale = "en"
