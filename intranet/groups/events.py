"""What happens to groups that people are told of."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class GroupConcerned:
    """Something about a group concerns some people.

    `why` is a word of `notifications.sentences.SENTENCES`. Each is told once for each `key`.
    """

    space_id: UUID
    why: str
    person_ids: tuple[UUID, ...]
    key: str
    actor_id: UUID | None = None
