"""Jobs that tell open screens of memberships that change by date; the rows need no job."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, union

from intranet.extensions import db
from intranet.messaging.spaces.closing import close_ended, units_to_close
from intranet.messaging.spaces.membership import apply_rules, apply_to_people, difference
from intranet.messaging.spaces.models import Space, SpaceMember
from intranet.messaging.spaces.queries import changes_between, members_among
from intranet.messaging.spaces.roles import publish_change
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.one_instant import one_instant
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass
class MembersToldUntil:
    """The instant up to which open screens were told, from the start of the process on."""

    until: datetime | None = None


told = MembersToldUntil()


def publish_changes() -> None:
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


def reconcile(*, repair: bool) -> dict[Space, tuple[list[Any], list[Any]]]:
    """Compare everybody's rows with the rules; return missing and superfluous rows by space.

    Args:
        repair: also correct the rows.
    """
    members = select(SpaceMember.person_id).where(SpaceMember.appointment_id.is_not(None))
    people = set(db.session.scalars(union(members, select(Appointment.person_id))))
    missing, superfluous = defaultdict(list), defaultdict(list)
    for some in in_parts(people):
        with one_instant():
            differs = difference(some)
        for values in differs.missing:
            missing[values["space_id"]].append(values)
        for row in differs.superfluous:
            superfluous[row.space_id].append(row)
    spaces = select(Space).where(Space.id.in_({*missing, *superfluous})).order_by(Space.id)
    found = {
        space: (missing[space.id], superfluous[space.id]) for space in db.session.scalars(spaces)
    }
    if repair and found:
        differing = [row["person_id"] for rows in missing.values() for row in rows]
        differing += [row.person_id for rows in superfluous.values() for row in rows]
        with unit_of_work() as work:
            apply_to_people(work, set(differing))
    return found


def _tell(space_id: UUID, people: set[UUID], start: datetime) -> None:
    with unit_of_work() as work:
        space = db.session.get_one(Space, space_id)
        work.lock(space)
        before = members_among(space, people, start)
        after = members_among(space, people, clock.now())
        if before != after:
            space.members_version += 1
            publish_change(work, space, before, after)
