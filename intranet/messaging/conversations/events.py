"""What happens to conversations."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ConversationOpened:
    """There is a new channel or direct talk."""

    conversation_id: UUID


@dataclass(frozen=True)
class PlaceMoved:
    """A person's own place changed: what is read, marked unread or muted."""

    conversation_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class TalkDeclined:
    """Somebody wants to hear nothing more of a direct talk."""

    conversation_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class TalkTakenUp:
    """Somebody who had declined a direct talk wants to hear of it again."""

    conversation_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class SpeakersChanged:
    """People speak for a post that has talks since now, or do so no longer."""

    post_id: UUID
    joined: tuple[UUID, ...]
    left: tuple[UUID, ...]


@dataclass(frozen=True)
class OwnListsChanged:
    """What these people keep for themselves changed: threads, saved messages, drafts, stars."""

    person_ids: tuple[UUID, ...]
