"""Choices for the channel of an ended unit hold for the channel that carries it on."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, Place
from intranet.messaging.spaces.queries import space_ids_of_units
from intranet.messaging.spaces.successions import successors_in
from intranet.organisation.agencies.events import UnitsSucceeded
from intranet.organisation.agencies.models import Unit
from intranet.platform.core.unit_of_work import unit_of_work


def follow_successions(event: UnitsSucceeded) -> None:
    """Carry favourites and muting over once everybody has joined the channels that go on."""
    with unit_of_work() as work:
        work.gather(_carry_over, successors_in(event))


def channels_carried_on(unit_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the main channels of ended units, each with that of the main successor."""
    pairs = select(Unit.id, Unit.successor_id).where(Unit.id.in_(unit_ids))
    successors = {key: value for key, value in db.session.execute(pairs) if value}
    rooms = _main_channels({*successors, *successors.values()})
    goes_on = {unit_id: _last(unit_id, successors) for unit_id in successors}
    return {
        rooms[unit_id]: rooms[next_id]
        for unit_id, next_id in goes_on.items()
        if unit_id in rooms and next_id in rooms
    }


def _last(unit_id: UUID, successors: Mapping[UUID, UUID]) -> UUID:
    """Return the last of the units that succeed each other."""
    passed = {unit_id}
    while (found := successors.get(unit_id)) and found not in passed:
        passed.add(found)
        unit_id = found
    return unit_id


def _main_channels(unit_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Return the main channel of each unit; of a root unit, that of its agency."""
    spaces = space_ids_of_units(unit_ids)
    rows = select(Conversation.space_id, Conversation.id).where(
        Conversation.space_id.in_(spaces.values()), Conversation.is_main
    )
    rooms = dict(db.session.execute(rows).all())
    return {unit_id: rooms[space_id] for unit_id, space_id in spaces.items() if space_id in rooms}


def _carry_over(unit_ids: frozenset[UUID]) -> None:
    rooms = channels_carried_on(unit_ids)
    before = _places(list(rooms), or_(Place.is_favourite, Place.is_muted.is_not(None)))
    there = {
        (place.person_id, place.conversation_id): place for place in _places(list(rooms.values()))
    }
    with unit_of_work() as work:
        for old in before:
            key = old.person_id, rooms[old.conversation_id]
            if (new := there.get(key)) is None:
                new = there[key] = Place(person_id=key[0], conversation_id=key[1], read_seq=0)
                work.add(new)
            if new.is_muted is None:
                new.is_muted = old.is_muted
            if old.is_favourite and not new.is_favourite:
                new.is_favourite, new.favourite_rank = True, old.favourite_rank


def _places(conversation_ids: Collection[UUID], *only: object) -> Sequence[Place]:
    rows = select(Place).where(Place.conversation_id.in_(conversation_ids), *only)  # type: ignore[arg-type]
    return db.session.scalars(rows.order_by(Place.person_id, Place.conversation_id)).all()
