"""Events of groups: what people are told of them, and invitations that were answered."""

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


@dataclass(frozen=True)
class InvitationAnswered:
    """A person joined a group to which they were invited, or declined."""

    space_id: UUID
    person_id: UUID
