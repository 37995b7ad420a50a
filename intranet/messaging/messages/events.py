"""Events about messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from intranet.messaging.conversations.models import ConversationKind


@dataclass(frozen=True)
class MessagePosted:
    """A message was posted. `shown` is its JSON for readers."""

    message_id: UUID
    conversation_id: UUID
    rev: int
    conversation_kind: ConversationKind
    shown: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class MessageChanged:
    """A message was edited, deleted, answered or pinned, or its reactions changed."""

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
    """The reminder of a saved message is due."""

    person_id: UUID
    message_id: UUID
    at: datetime


@dataclass(frozen=True)
class ScheduledChanged:
    """A person's scheduled messages in a conversation changed: new, moved, sent or deleted."""

    person_id: UUID
    conversation_id: UUID
