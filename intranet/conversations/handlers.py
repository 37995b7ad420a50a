"""Conversations follow spaces, in the same transaction."""

from sqlalchemy import select

from intranet.conversations.models import Conversation, Place
from intranet.conversations.operations import open_main_channel
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.spaces.events import MembersChanged, SpaceCreated
from intranet.spaces.models import Space


def open_channel(event: SpaceCreated) -> None:
    """Every space has its channel from the first moment."""
    open_main_channel(db.session.get_one(Space, event.space_id))


def place_newcomers(event: MembersChanged) -> None:
    """Who joins finds what was said before as read: it can be read, and does not wait."""
    if not event.joined:
        return
    channels = db.session.scalars(
        select(Conversation).where(
            Conversation.space_id == event.space_id, Conversation.last_seq > 0
        )
    ).all()
    places = select(Place.conversation_id, Place.person_id).where(
        Place.conversation_id.in_([channel.id for channel in channels]),
        Place.person_id.in_(event.joined),
    )
    there = {(conversation, person) for conversation, person in db.session.execute(places)}
    with unit_of_work() as work:
        work.add(
            *(
                Place(person_id=person_id, conversation_id=channel.id, read_seq=channel.last_seq)
                for channel in channels
                for person_id in event.joined
                if (channel.id, person_id) not in there
            )
        )
