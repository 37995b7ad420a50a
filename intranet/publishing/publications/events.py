"""Domain events of publications."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PublicationPublished:
    """A publication was published."""

    publication_id: UUID


@dataclass(frozen=True)
class Corrected:
    """A publication was corrected: readers see a new version."""

    publication_id: UUID


@dataclass(frozen=True)
class Withdrawn:
    """A publication was withdrawn or hidden."""

    publication_id: UUID


@dataclass(frozen=True)
class VersionRemoved:
    """The content of an earlier version of a publication was deleted for good."""

    publication_id: UUID
    number: int


@dataclass(frozen=True)
class ShownAgain:
    """A publication hidden by moderation was shown again."""

    publication_id: UUID


@dataclass(frozen=True)
class PublicationHeld:
    """A scheduled publication was held instead of published, for its writers to decide."""

    publication_id: UUID


@dataclass(frozen=True)
class Discarded:
    """A draft is about to be deleted: subscribers delete what refers to it first."""

    publication_id: UUID


@dataclass(frozen=True)
class Acknowledged:
    """A person confirmed reading a publication."""

    publication_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class Concerned:
    """Something happened to a publication of which some people are notified, if they may read it.

    `why` is a key of `notifications.sentences.SENTENCES`. Each person is notified once per `key`,
    which tells repeated occasions apart. `actor_id` acted, in the name of `actor_post_id`;
    `message_id` is the message in which they did.
    """

    publication_id: UUID
    why: str
    person_ids: tuple[UUID, ...]
    key: str = ""
    actor_id: UUID | None = None
    actor_post_id: UUID | None = None
    message_id: UUID | None = None
