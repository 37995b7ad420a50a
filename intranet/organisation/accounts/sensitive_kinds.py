"""The kinds of sensitive change: each by which somebody could sign in as another person.

A package adds a kind with `register`, and asks for a change of it with
`operations.sensitive_changes.ask_for`. All else is the same for every kind: who has to approve,
who is told, how long it waits, and that earlier direct messages are closed afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from flask_babel.speaklater import LazyString

from intranet.organisation.accounts.models import SensitiveChange
from intranet.platform.core.unit_of_work import Work


class Lacks(StrEnum):
    """A proof that the account holder may have lost, and need not give to agree."""

    NOTHING = "nothing"
    PASSWORD = "password"  # noqa: S105 - what is lost, not a secret
    FACTOR = "factor"
    EVERYTHING = "everything"


@dataclass(frozen=True, kw_only=True)
class SensitiveKind:
    """A kind of sensitive change, with all that differs between them.

    Attributes:
        title: the change as a heading, such as “New e-mail address”.
        why: the key of the notification to the account holder when it is asked for.
        apply: carries the change out, within the operation; False if it is no longer possible.
        lacks: what the account holder need not prove to agree.
        mailbox_agrees: whether the link in the old mailbox can agree, besides refusing.
        is_taken: it does not take effect by itself: an administrator fetches a link when it is due.
        shows: the key of the detail that stands after the title, such as the new address.
        lets_in: somebody else could sign in afterwards, so that earlier direct messages are closed.
    """

    title: LazyString
    why: str
    apply: Callable[[Work, SensitiveChange], bool]
    lacks: Lacks = Lacks.NOTHING
    mailbox_agrees: bool = False
    is_taken: bool = False
    shows: str = ""
    lets_in: bool = True

    @property
    def takes_effect_by_day(self) -> bool:
        """Whether it takes effect by itself when its day is over, without anybody's act."""
        return not self.is_taken and self.lacks != Lacks.EVERYTHING


KINDS: dict[str, SensitiveKind] = {}


def register(name: str, kind: SensitiveKind) -> None:
    """Add a kind of sensitive change."""
    KINDS[name] = kind
