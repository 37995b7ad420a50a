"""End units: what is in them goes to their successors, or elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import update

from intranet.organisation.agencies.events import PostsChanged
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.operations.storing import change_units, left_in
from intranet.platform.core.database import execute, expire_rows
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass(frozen=True, kw_only=True)
class UnitEnd:
    """The end of a unit. `elsewhere` has posts and units in it that do not go to its successor."""

    unit_id: UUID
    last_day: date
    successor_id: UUID | None = None
    elsewhere: Mapping[UUID, UUID] = field(default_factory=dict)


def end_units(ends: Sequence[UnitEnd], today: date) -> None:
    """End units at once; what is in them moves first, so that nobody loses a room they may read."""
    moved: dict[UUID, UUID] = {}
    changes: dict[UUID, dict[str, object]] = {}
    with unit_of_work() as work:
        for end in ends:
            posts, below = left_in(end.unit_id, today)
            for post_id in posts:
                if target := end.elsewhere.get(post_id, end.successor_id):
                    moved[post_id] = target
            ended = {"valid_to": end.last_day, "successor_id": end.successor_id}
            changes.setdefault(end.unit_id, {}).update(ended)
            for child_id in below:
                if target := end.elsewhere.get(child_id, end.successor_id):
                    changes.setdefault(child_id, {})["parent_id"] = target
        for post_id, unit_id in moved.items():
            taken = update(Post).where(Post.id == post_id)
            execute(taken.values(unit_id=unit_id, version=Post.version + 1))
        expire_rows(Post)
        change_units(changes)
        if moved:
            work.publish(PostsChanged(tuple(moved)))
