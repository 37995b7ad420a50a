"""What happens to messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class MessagePosted:
    """A message has its place in a conversation. `shown` is what its readers are shown of it."""

    message_id: UUID
    conversation_id: UUID
    rev: int
    shown: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class MessageChanged:
    """A message was edited, deleted, answered, pinned, or somebody reacted."""

    message_id: UUID
    conversation_id: UUID
    rev: int


@dataclass(frozen=True)
class ThreadRead:
    """People have read a thread that they follow, wrote in it or no longer follow it."""

    parent_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class SavedDue:
    """The time has come at which a person wanted to be reminded of a message they saved."""

    person_id: UUID
    message_id: UUID
    at: datetime


@dataclass(frozen=True)
class ScheduledChanged:
    """What a person has scheduled in a conversation changed: new, moved, sent or let go."""

    person_id: UUID
    conversation_id: UUID
