"""How many members a space has, counted again only when its membership has changed."""

import threading
from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from flask import current_app

from intranet.extensions import db
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import member_count, next_change
from intranet.platform.core import clock

MAX_REMEMBERED = 10_000
EXTENSION = "member_counts"


class MemberCounts:
    """Counts of members, each kept under the version of the membership that was counted.

    `Space.members_version` rises with each change, in whatever process, and is read with the space.
    What begins or ends by date needs no change: a count is kept until the next such instant.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[UUID, int], tuple[int, datetime | None]] = OrderedDict()

    def of(self, space: Space) -> int:
        """Return how many members a space has today."""
        place, now = (space.id, space.members_version), clock.now()
        with self._lock:
            count, until = self._known.get(place, (None, None))
        if count is not None and (until is None or now < until):
            return count
        until = next_change(space.id, now)
        count = member_count(space.id)
        with self._lock:
            self._known[place] = count, until
            self._known.move_to_end(place)
            if len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return count


def count_members(space: Space) -> int:
    """Count today's members of a space; within a unit of work always in the database."""
    return member_count(space.id) if _is_writing() else _counts().of(space)


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
