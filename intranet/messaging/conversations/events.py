"""Events about conversations."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ConversationOpened:
    """A channel was opened or a direct message begun."""

    conversation_id: UUID


@dataclass(frozen=True)
class PlaceMoved:
    """A person's read position changed: read, marked unread or muted."""

    conversation_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class TalkDeclined:
    """A person left a direct message."""

    conversation_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class TalkTakenUp:
    """A person who had left a direct message takes part again."""

    conversation_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class SpeakersChanged:
    """People began or ceased to speak for a post that has conversations."""

    post_id: UUID
    joined: tuple[UUID, ...]
    left: tuple[UUID, ...]


@dataclass(frozen=True)
class OwnListsChanged:
    """The own lists of these people changed: threads, saved messages, drafts, favourites."""

    person_ids: tuple[UUID, ...]
