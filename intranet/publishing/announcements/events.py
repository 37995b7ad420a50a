"""Domain events about confirming announcements."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Reminded:
    """Some people will be reminded that they have not confirmed a publication yet.

    `kind` is `before` or `after` the due day, or `by_hand`.
    """

    publication_id: UUID
    person_ids: tuple[UUID, ...]
    kind: str
