"""What happens to accounts."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SignInsEnded:
    """Devices are signed out, or tokens revoked: by the person, an administrator, a new password.

    A token is to its sockets what a sign-in is to those of a browser.
    """

    sign_in_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class MailboxChanged:
    """What was sent to somebody's earlier mailbox must open nothing any more."""

    person_id: UUID


@dataclass(frozen=True)
class SecretsEnded:
    """A person's tokens and secret addresses must stop working for good."""

    person_id: UUID


@dataclass(frozen=True)
class AccountConcerned:
    """A person's account was changed: notify all their devices at once.

    `why` is a word of `notifications.sentences.SENTENCES`; `actor_id` is the administrator.
    """

    person_id: UUID
    why: str
    path: str
    actor_id: UUID | None = None
