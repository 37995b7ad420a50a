"""Where an actor stands in an agency: someone else decides what moves them or lets them read more.

People's officers see no content. So they change the structure around others: not their own posts,
not the units in which these are, and nothing by which they read a further room or the letters of
further vacant posts: what their changes do to these is compared at the one way into the structure
(`operations.structure`). Administrators may: they give roles to themselves as well, and the log
says so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.roles import Act
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l

SOMEONE_ELSE = _l(
    "This would move your own post, or let you read more. Someone else has to decide on it."
)


@dataclass(frozen=True)
class OwnPlaces:
    """The posts of an actor, the paths of their units, and of the units that they head.

    It is empty for administrators and the operator, whom nothing of this binds.
    """

    post_ids: Collection[UUID] = ()
    paths: Collection[str] = ()
    headed: Collection[str] = ()

    def bind_post(self, post_id: UUID, before: str, after: str) -> bool:
        """Whether someone else decides on changing a post, from the path of a unit to another."""
        return post_id in self.post_ids or self.gain_posts(before, after)

    def bind_unit(self, path: str, into: str) -> bool:
        """Whether someone else decides on moving a unit below another one, by their paths."""
        return self._are_within(path) or self.gain_posts(path, into)

    def bind_end(self, path: str, successor: str | None, above: str) -> bool:
        """Whether someone else decides on ending a unit: they are in it, or gain by it.

        They read its room below its successor or, without one, as heads of the unit above.
        """
        gain_room = self._are_within(successor) if successor else above in self.headed
        return gain_room or self.bind_unit(path, successor or path)

    def gain_posts(self, before: str, after: str) -> bool:
        """Whether what moves from a unit to another one comes below a unit that they head."""
        return self._head(after) and not self._head(before)

    def _are_within(self, path: str) -> bool:
        return any(own.startswith(path) for own in self.paths)

    def _head(self, path: str) -> bool:
        return any(path.startswith(headed) for headed in self.headed)


def own_places(actor: Actor | None, agency_id: UUID) -> OwnPlaces:
    """Return where an actor stands in an agency, as far as that binds them."""
    if actor is None or actor.may(Act.EMPOWER, agency_id):
        return OwnPlaces()
    rows = db.session.execute(
        select(Post.id, Post.is_head, Unit.path)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.id.in_(actor.own_posts(agency_id)))
    ).all()
    return OwnPlaces(
        {row.id for row in rows},
        {row.path for row in rows},
        {row.path for row in rows if row.is_head},
    )


def path_above(path: str) -> str:
    """Return the path of the unit above one."""
    return path[: path.rindex("/", 0, -1) + 1]


def path_by(parents: Mapping[UUID, UUID | None], unit_id: UUID | None) -> str:
    """Return the path that a unit has if these are the units above each one."""
    path = "/"
    while unit_id is not None:
        path, unit_id = f"/{unit_id.hex}{path}", parents[unit_id]
    return path


def leave_to_others(*, is_bound: bool) -> None:
    """Refuse what someone else has to decide on.

    Raises:
        Forbidden: it is so.
    """
    if is_bound:
        raise Forbidden(SOMEONE_ELSE)
