"""Memberships and roles given by hand."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.events import MembersChanged, MembershipChange
from intranet.messaging.spaces.models import Role, Space, SpaceMember, Why
from intranet.messaging.spaces.queries import current_member_ids, fitting_row
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import Work


def give_role(work: Work, space: Space, person: Person, role: Role, by: Person) -> None:
    """Give a person a role in a space, or reduce them to a member.

    For a member by rule, the role belongs to the post that they hold longest and ends with it. A
    member by hand, including one whom this call adds, keeps it as long as the membership.
    """
    before = current_member_ids(space)
    now = clock.now()
    row, fitting = row_by_hand(space, person.id), fitting_row(space, person.id)
    if row is None or _is_over(row, now):
        if role == Role.MEMBER and fitting:
            return
        row = row or SpaceMember(space_id=space.id, person_id=person.id, why=Why.HAND)
        row.since, row.until, row.agency_id, row.appointment_id = now, None, None, None
        if fitting and fitting.appointment:
            row.appointment_id, row.until = fitting.appointment_id, fitting.until
            row.agency_id = fitting.appointment.post.agency_id if space.is_group else None
        work.add(row)
    if role == Role.MEMBER and row.appointment_id:
        work.delete(row)
    else:
        row.role, row.named_by_id = role, by.id
    publish_difference(work, space, before)


def row_by_hand(space: Space, person_id: UUID) -> SpaceMember | None:
    """Return the membership that a person was given by hand, even if it is over."""
    return db.session.scalar(
        select(SpaceMember).where(
            SpaceMember.space_id == space.id,
            SpaceMember.person_id == person_id,
            SpaceMember.why == Why.HAND,
        )
    )


def publish_difference(work: Work, space: Space, before: frozenset[UUID]) -> None:
    """Publish who has joined and who has left, compared with the members before."""
    work.flush()
    space.members_version += 1
    publish_change(work, space, before, current_member_ids(space))


def publish_change(
    work: Work, space: Space, before: Collection[UUID], after: Collection[UUID]
) -> None:
    """Publish the difference between two sets of members, if there is one."""
    joined, left = tuple(set(after) - set(before)), tuple(set(before) - set(after))
    if joined or left:
        work.publish(MembersChanged((MembershipChange(space.id, joined, left),)))


def _is_over(row: SpaceMember, now: datetime) -> bool:
    return row.until is not None and row.until <= now
