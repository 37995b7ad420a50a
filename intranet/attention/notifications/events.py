"""Events about notifications."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class NotificationsAdded:
    """People have new notifications."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Seen:
    """A person has seen their notifications."""

    person_id: UUID
