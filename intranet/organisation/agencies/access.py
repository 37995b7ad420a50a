"""The right to change an agency's organisation: for its administrators and the operator."""

from collections.abc import Collection, Iterable
from typing import Protocol
from uuid import UUID

from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.platform.core.errors import Conflict, Forbidden
from intranet.platform.core.i18n import _l


class Actor(Protocol):
    """The acting person, as a protocol: the class itself belongs to a higher package."""

    @property
    def id(self) -> UUID:
        """The person's id."""

    def administers(self, agency_id: UUID, *, by_own_post: bool = False) -> bool:
        """Return whether a post that they hold now administers the agency."""

    def may(self, act: Act, agency_id: UUID, *, by_own_post: bool = False) -> bool:
        """Return whether a role in the agency lets them do this."""

    def own_posts(self, agency_id: UUID) -> Collection[UUID]:
        """Return the posts of the agency that they hold, or will hold."""


def require_right(
    actor: Actor | None, act: Act, agency_id: UUID, *, by_own_post: bool = False
) -> None:
    """Require that a role of the actor in the agency allows the act; None is the operator.

    Raises:
        Forbidden: no role of theirs allows it (`roles.ROLES_FOR`).
    """
    if actor is not None and not actor.may(act, agency_id, by_own_post=by_own_post):
        raise Forbidden(_l("You have no role in this agency that allows this."))


def require_rights(actor: Actor | None, act: Act, agency_ids: Iterable[UUID]) -> None:
    """Require that roles of the actor allow the act in all these agencies.

    Raises:
        Forbidden: they do not in one of them.
    """
    for agency_id in agency_ids:
        require_right(actor, act, agency_id)


def require_administrator(actor: Actor | None, agency_id: UUID) -> None:
    """Require that the actor administers the agency; None stands for the operator.

    Raises:
        Forbidden: the actor does not administer it.
    """
    if actor is not None and not actor.administers(agency_id):
        raise Forbidden(_l("Only an administrator of this agency can do this."))


def require_own_administrator(actor: Actor | None, agency: Agency) -> None:
    """Require that the actor administers the agency by its own posts, not by a mandate.

    Raises:
        Forbidden: the actor does not, or only by a mandate.
    """
    if actor is not None and not actor.administers(agency.id, by_own_post=True):
        raise Forbidden(_l("To do this, you must be an administrator of your own agency."))


def require_version(found: int, seen: int | None) -> None:
    """Refuse a change to a row that was changed since the person read it.

    Args:
        seen: the version that the person read; None if nobody read it before.

    Raises:
        Conflict: the row has another version by now.
    """
    if seen is not None and seen != found:
        raise Conflict
