"""What happens to messages."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class MessagePosted:
    """A message has its place in a conversation."""

    message_id: UUID
    conversation_id: UUID
    rev: int


@dataclass(frozen=True)
class MessageChanged:
    """A message was edited, deleted, answered, pinned, or somebody reacted."""

    message_id: UUID
    conversation_id: UUID
    rev: int
