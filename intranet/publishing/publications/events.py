"""What happens to publications."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Published:
    """A publication is out since now, for those to whom it is addressed."""

    publication_id: UUID


@dataclass(frozen=True)
class Corrected:
    """What readers get of a publication is another version since now."""

    publication_id: UUID


@dataclass(frozen=True)
class Withdrawn:
    """A publication is no longer to be read."""

    publication_id: UUID


@dataclass(frozen=True)
class VersionRemoved:
    """The content of an earlier version of a publication was taken away for good."""

    publication_id: UUID
    number: int


@dataclass(frozen=True)
class ShownAgain:
    """A publication that moderation had hidden is to be read as before."""

    publication_id: UUID


@dataclass(frozen=True)
class Held:
    """A scheduled publication did not go out: who scheduled it no longer speaks for its post."""

    publication_id: UUID


@dataclass(frozen=True)
class Discarded:
    """What was never published is thrown away: whatever refers to it goes before it."""

    publication_id: UUID


@dataclass(frozen=True)
class Acknowledged:
    """Somebody confirmed that they read a publication."""

    publication_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class Concerned:
    """Something became of a publication that some people are to be told, if they may read it.

    `why` is a word of `notifications.sentences.SENTENCES`. Each is told once for each `key`, which
    says what it was, where it can be more than once. `actor_id` did it, in the name of
    `actor_post_id`; `message_id` is the message that is the act.
    """

    publication_id: UUID
    why: str
    person_ids: tuple[UUID, ...]
    key: str = ""
    actor_id: UUID | None = None
    actor_post_id: UUID | None = None
    message_id: UUID | None = None
