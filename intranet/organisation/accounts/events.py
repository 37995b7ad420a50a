"""Events of accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SignInsEnded:
    """Devices were signed out or tokens revoked, by the person, an administrator or a new password.

    `sign_in_ids` also holds ids of revoked tokens; sockets opened with either are closed.
    """

    sign_in_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class SignInBegan:
    """A person signed in by what a package above vouches for; `behind` is its own to read."""

    sign_in_id: UUID
    behind: Mapping[str, str]


@dataclass(frozen=True)
class MailboxChanged:
    """A person's mailbox changed: links sent to the old one must stop working."""

    person_id: UUID


@dataclass(frozen=True)
class EarlierTalksClosed:
    """Others changed how a person signs in: what was said in direct messages so far is closed."""

    person_id: UUID


@dataclass(frozen=True)
class EarlierTalksOpened:
    """A person has confirmed that the account is theirs: earlier direct messages are open again."""

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
