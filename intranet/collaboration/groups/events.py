"""Events of groups: notifications to send, and answered invitations."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class GroupConcerned:
    """Some people are to be notified about a group.

    `why` is a key of `notifications.sentences.SENTENCES`. Each person is notified once for each
    `key`.
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
