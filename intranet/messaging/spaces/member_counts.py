"""How many members a space has, counted again only when its membership has changed."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import current_app

from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import (
    count_by_rule,
    member_count,
    next_change,
    space_of_agency,
)
from intranet.platform.core import clock
from intranet.platform.core.recently_used import RecentlyUsed

MAX_REMEMBERED = 10_000
EXTENSION = "member_counts"
_Counted = tuple[UUID, int, Callable[[UUID], int]]


class MemberCounts:
    """Counts of members, each kept under the version of the membership that was counted.

    `Space.members_version` rises with each change, in whatever process, and is read with the space.
    What begins or ends by date needs no change: a count is kept until the next such instant.
    """

    def __init__(self) -> None:
        self._known = RecentlyUsed[_Counted, tuple[int, datetime | None]](MAX_REMEMBERED)

    def of(self, space: Space, count_now: Callable[[UUID], int] = member_count) -> int:
        """Return how many members a space has today, or what another count of them says."""
        place, now = (space.id, space.members_version, count_now), clock.now()
        count, until = self._known.get(place) or (None, None)
        if count is not None and (until is None or now < until):
            return count
        until = next_change(space.id, now)
        count = count_now(space.id)
        self._known.keep(place, (count, until))
        return count


def count_members(space: Space) -> int:
    """Count today's members of a space; within a unit of work always in the database."""
    return member_count(space.id) if _is_writing() else _counts().of(space)


def people_count(agency_id: UUID) -> int:
    """Count the people who hold a post in an agency today: its members by rule."""
    space = space_of_agency(agency_id)
    if space is None:
        return 0
    return count_by_rule(space.id) if _is_writing() else _counts().of(space, count_by_rule)


def has_more_members(space: Space, than: int) -> bool:
    """Return whether a space has more members today; within a unit of work none further counts."""
    if _is_writing():
        return member_count(space.id, most=than + 1) > than
    return _counts().of(space) > than


def _is_writing() -> bool:
    return bool(db.session().info.get("work"))


def _counts() -> MemberCounts:
    found: MemberCounts = current_app.extensions.setdefault(EXTENSION, MemberCounts())
    return found
