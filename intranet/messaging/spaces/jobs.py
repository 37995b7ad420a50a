"""Jobs that tell open screens of memberships that change by date; the rows need no job."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.closing import close_ended, units_to_close
from intranet.messaging.spaces.events import MembersChanged
from intranet.messaging.spaces.membership import Difference, apply_rules, difference, members_among
from intranet.messaging.spaces.models import Space
from intranet.messaging.spaces.queries import changes_between
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass
class MembersToldUntil:
    """The instant up to which open screens were told, from the start of the process on."""

    until: datetime | None = None


told = MembersToldUntil()


def tell_changes() -> None:
    """Publish the memberships that began or ended by date since the last run."""
    now = clock.now()
    start = told.until or now
    touched: dict[UUID, set[UUID]] = defaultdict(set)
    for space_id, person_id in changes_between(start, now):
        touched[space_id].add(person_id)
    for space_id, people in touched.items():
        _tell(space_id, people, start)
    told.until = now  # last: after a failure the next run tells it


def close_spaces() -> None:
    """Close the spaces of units whose last day has come, however it was set."""
    for unit in units_to_close():
        with unit_of_work() as work:
            apply_rules(work, close_ended(work, [unit]))


def reconcile(*, repair: bool) -> dict[Space, Difference]:
    """Compare every space's rows with its rule, and return the differences by space.

    Args:
        repair: also correct the rows.
    """
    spaces = db.session.scalars(select(Space).order_by(Space.id)).all()
    found = {space: differs for space in spaces if (differs := difference(space))}
    if repair and found:
        with unit_of_work() as work:
            apply_rules(work, found)
    return found


def _tell(space_id: UUID, people: set[UUID], start: datetime) -> None:
    with unit_of_work() as work:
        space = db.session.get_one(Space, space_id)
        work.lock(space)
        before = members_among(space, people, start)
        after = members_among(space, people, clock.now())
        if before != after:
            space.members_version += 1
            joined, left = tuple(after - before), tuple(before - after)
            work.publish(MembersChanged(space.id, joined=joined, left=left))
