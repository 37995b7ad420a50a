"""What happens to notifications."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Told:
    """People have been told something new: their bells ring."""

    person_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Seen:
    """Somebody has looked at what they were told."""

    person_id: UUID
