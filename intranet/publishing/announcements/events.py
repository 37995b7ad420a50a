"""What happens around the confirming of announcements."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Reminded:
    """People are to be told that they have not confirmed a publication yet.

    `kind` is `before` or `after` the due day, or `by_hand`.
    """

    publication_id: UUID
    person_ids: tuple[UUID, ...]
    kind: str
