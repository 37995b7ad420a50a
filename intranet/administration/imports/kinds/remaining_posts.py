"""Posts and units that remain in a unit that is to end."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.platform.core import clock


class Left:
    """Numbers of remaining posts and units below, by the id of a unit."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.posts: dict[UUID, int] = {}
        self.units: dict[UUID, int] = {}

    def read(self, unit_ids: Collection[UUID]) -> None:
        """Count the posts and units in these units."""
        wanted = [unit_id for unit_id in unit_ids if unit_id not in self.posts]
        if not wanted:
            return
        today = clock.today("Europe/Madrid")
        self.posts.update(dict.fromkeys(wanted, 0))
        self.units.update(dict.fromkeys(wanted, 0))
        posts = select(Post.unit_id, func.count()).where(
            Post.unit_id.in_(wanted), in_force(Post, today, ahead=True)
        )
        for row in db.session.execute(posts.group_by(Post.unit_id)):
            self.posts[row[0]] = row[1]
        below = select(Unit.parent_id, func.count()).where(
            Unit.parent_id.in_(wanted), in_force(Unit, today, ahead=True)
        )
        for parent_id, count in db.session.execute(below.group_by(Unit.parent_id)):
            if parent_id:
                self.units[parent_id] = count
