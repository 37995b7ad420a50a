"""Discussions: conversations of something that is read, by exactly whoever reads that.

What has discussions stands above; it says here, once, how it finds out (`holds_discussions`).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import Localized


@dataclass(frozen=True)
class Held:
    """What a discussion hangs on: how it is called, whose it is, where it is read, who leads it.

    Of what is said where it `is_only_here` nothing leaves the house, its title neither.
    """

    title: Localized
    agency: Agency
    address: str
    is_only_here: bool
    is_led_by: Callable[[Person], bool]
    space_id: UUID | None = None
    """The space where it belongs: who is muted there does not write here either."""

    @property
    def language(self) -> str:
        """In which it is called where the reader's language is not there."""
        return self.agency.language


@dataclass(frozen=True)
class Holder:
    """How something finds out about its discussions.

    Args:
        reads: those that a person may read, as a condition on `Conversation`.
        readers_among: who of some people may read one, in few queries.
        held: what each of some hangs on, in few queries.
    """

    reads: Callable[[Person], ColumnElement[bool]]
    readers_among: Callable[[UUID, Collection[UUID]], set[UUID]]
    held: Callable[[Collection[UUID]], dict[UUID, Held]]


_holders: list[Holder] = []


def holds_discussions(holder: Holder) -> None:
    """Ask this one too. Each comes here once, when its module is imported."""
    if holder not in _holders:
        _holders.append(holder)


def discussions_read_by(person: Person) -> list[ColumnElement[bool]]:
    """The discussions that a person may read, as conditions on `Conversation`, one by holder."""
    return [holder.reads(person) for holder in _holders]


def discussion_readers(conversation: Conversation, person_ids: Collection[UUID]) -> set[UUID]:
    """Who of these people may read a discussion."""
    return {
        person_id
        for holder in _holders
        for person_id in holder.readers_among(conversation.id, person_ids)
    }


@per_request
def held_by(conversation: Conversation) -> Held | None:
    """What a conversation hangs on, if it is a discussion."""
    return held_among([conversation]).get(conversation.id)


def held_among(conversations: Iterable[Conversation]) -> dict[UUID, Held]:
    """What those of them hang on that are discussions, by id."""
    ids = [row.id for row in conversations if row.kind == ConversationKind.DISCUSSION]
    if not ids:
        return {}
    return {key: held for holder in _holders for key, held in holder.held(ids).items()}
