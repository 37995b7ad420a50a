"""The participants of direct messages, with or without who they are."""

from collections.abc import Collection, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, Participant
from intranet.organisation.people.models import Person
from intranet.platform.core.types import among


def participants_of(conversation_ids: Collection[UUID]) -> dict[UUID, list[Participant]]:
    """Return the participants of each of these direct messages, in order.

    Who they are is not loaded: lists name them from their faces.
    """
    found: dict[UUID, list[Participant]] = {}
    if conversation_ids:
        for row in db.session.scalars(_participants(), {"ids": list(conversation_ids)}):
            found.setdefault(row.conversation_id, []).append(row)
    return found


def with_participants(conversation: Conversation) -> Conversation:
    """Return the conversation with its participants and who they are, as far as not loaded."""
    if "participants" in inspect(conversation).unloaded:
        db.session.refresh(conversation, ["participants"])
    name_participants([conversation])
    return conversation


def name_participants(conversations: Sequence[Conversation]) -> None:
    """Load who the participants of these direct messages are, as far as not loaded. One query."""
    unknown = [
        row
        for conversation in conversations
        for row in conversation.participants
        if "person" in inspect(row).unloaded
    ]
    if unknown:
        ids = list({row.person_id for row in unknown})
        people = {row.id: row for row in db.session.scalars(_people(), {"ids": ids})}
        for row in unknown:
            set_committed_value(row, "person", people[row.person_id])


@cache
def _participants() -> Select[Participant]:
    return (
        select(Participant)
        .options(lazyload(Participant.person))
        .where(among(Participant.conversation_id, "ids"))
        .order_by(Participant.position)
    )


@cache
def _people() -> Select[Person]:
    return select(Person).where(among(Person.id, "ids"))
