"""Search of a person's conversations by name, participant, unit or agency."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intranet.extensions import db
from intranet.messaging.conversations.access import is_read_by
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.people.models import Person
from intranet.platform.core.per_request import per_request
from intranet.platform.core.text import fold


@per_request
def conversations_of(person: Person) -> Sequence[Conversation]:
    """Return every channel and direct message of the person. Discussions are too many to load."""
    return db.session.scalars(
        select(Conversation)
        .where(is_read_by(person))
        .options(selectinload(Conversation.participants))
    ).all()


def find_conversations(person: Person, words: Sequence[str]) -> set[UUID]:
    """Return ids of conversations whose name, unit, agency or people have these words."""
    return {room.id for room in conversations_of(person) if _has(_names(room, person), words)}


def in_units(person: Person, words: Sequence[str]) -> set[UUID]:
    """Return ids of conversations of units whose name has these words, and of units below them."""
    units = {
        room.space.unit.id.hex
        for room in conversations_of(person)
        if room.space and room.space.unit and _has(room.space.unit.name.values(), words)
    }
    return {
        room.id
        for room in conversations_of(person)
        if room.space
        and room.space.unit
        and not units.isdisjoint(room.space.unit.path.strip("/").split("/"))
    }


def in_agencies(person: Person, words: Sequence[str]) -> set[UUID]:
    """Return ids of conversations of agencies whose name, handle or code has these words."""
    return {
        room.id
        for room in conversations_of(person)
        if room.space
        and _has(
            [*room.space.agency.name.values(), room.space.agency.handle, room.space.agency.code],
            words,
        )
    }


def _names(room: Conversation, person: Person) -> list[str]:
    """Return the names of a conversation; a unit's main channel has that of the unit."""
    found = list(room.name.values()) if room.name else []
    if room.space is None:
        people = [row.person.name for row in room.participants if row.person_id != person.id]
        return [*found, " ".join(people)]
    return [*found, *room.space.title.values()]


def _has(texts: Iterable[str], words: Sequence[str]) -> bool:
    """Whether a text has, for each of these words, a word that begins with it."""
    return any(
        all(any(part.startswith(word) for part in fold(text).split()) for word in words)
        for text in texts
    )
