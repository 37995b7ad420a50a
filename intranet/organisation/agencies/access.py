"""Who may change an agency's organisation: its administrators, and the operator."""

from typing import Protocol
from uuid import UUID

from intranet.organisation.agencies.models import Agency
from intranet.platform.core.errors import Conflict, Forbidden
from intranet.platform.core.i18n import _l


class Actor(Protocol):
    """Somebody who does something: a person, who is known only further up the house."""

    @property
    def id(self) -> UUID:
        """The person's id."""

    def administers(self, agency_id: UUID, *, by_own_post: bool = False) -> bool:
        """Whether a post that they hold now administers the agency."""


def require_administrator(actor: Actor | None, agency_id: UUID) -> None:
    """Let through who administers the agency; None is a command of the operator.

    Raises:
        Forbidden: they do not.
    """
    if actor is not None and not actor.administers(agency_id):
        raise Forbidden(_l("Only an administrator of this agency can do this."))


def require_own_administrator(actor: Actor | None, agency: Agency) -> None:
    """Let through who administers the agency by one of its own posts, not by a mandate.

    Raises:
        Forbidden: they do not.
    """
    if actor is not None and not actor.administers(agency.id, by_own_post=True):
        raise Forbidden(_l("To do this, you must be an administrator of your own agency."))


def require_version(found: int, seen: int | None) -> None:
    """Refuse a change to something that another changed since it was read.

    Args:
        seen: the version that the person changed; None where nobody read it before.

    Raises:
        Conflict: it is another by now.
    """
    if seen is not None and seen != found:
        raise Conflict
