"""How a person is told of the channel of an ended unit holds for the one that carries it on."""

from uuid import UUID

from sqlalchemy import select

from intranet.attention.notifications.models import ConversationChoice
from intranet.extensions import db
from intranet.messaging.conversations.successions import channels_carried_on
from intranet.messaging.spaces.successions import successors_in
from intranet.organisation.agencies.events import UnitsSucceeded
from intranet.platform.core.unit_of_work import unit_of_work


def follow_successions(event: UnitsSucceeded) -> None:
    """Carry choices over once the units have their successors."""
    with unit_of_work() as work:
        work.gather(_carry_over, successors_in(event))


def _carry_over(unit_ids: frozenset[UUID]) -> None:
    rooms = channels_carried_on(unit_ids)
    rows = select(ConversationChoice).where(ConversationChoice.conversation_id.in_(rooms))
    with unit_of_work() as work:
        for row in db.session.scalars(rows).all():
            values = {"person_id": row.person_id, "telling": row.telling}
            carried = {**values, "conversation_id": rooms[row.conversation_id]}
            work.add_unless_there(ConversationChoice, carried)
