"""Queries on the members of a space, and on when membership next changes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import (
    Integer,
    Select,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.messaging.spaces.access import holds_post, is_current_member
from intranet.messaging.spaces.models import Space, SpaceKind, SpaceMember, Why
from intranet.organisation.agencies.models import Unit
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import named_among
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared
from intranet.platform.core.per_request import per_request
from intranet.platform.core.text import fold
from intranet.platform.core.types import NOW, Id, Instant, id_parameter

MIN_KNOWN_LETTERS = 3
"""Letters of a name that only a reader who knows the person can type."""


def space_of_unit(unit_id: UUID) -> Space | None:
    """Return the space of a unit; None for the root."""
    return db.session.scalar(select(Space).where(Space.unit_id == unit_id))


def space_ids_of_units(unit_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the id of the space of each unit; for a root unit, of its agency's."""
    is_of_agency = and_(
        Unit.parent_id.is_(None),
        Space.agency_id == Unit.agency_id,
        Space.kind == SpaceKind.AGENCY,
    )
    rows = (
        select(Unit.id, Space.id)
        .join(Space, or_(Space.unit_id == Unit.id, is_of_agency))
        .where(Unit.id.in_(unit_ids))
    )
    return dict(db.session.execute(rows).all())


def space_of_agency(agency_id: UUID) -> Space | None:
    """Return the space of an agency."""
    return db.session.scalar(
        select(Space).where(Space.agency_id == agency_id, Space.kind == SpaceKind.AGENCY)
    )


def current_members(space_id: UUID) -> Select[UUID]:
    """Select the ids of today's members who hold a post, some of them twice.

    Without `DISTINCT` a database may also test one person after the other: of a channel of
    thousands a page mostly needs the first few by name.
    """
    return members_at(space_id, clock.now())


def members_at(space_id: Id, now: Instant) -> Select[UUID]:
    """Select the same for a space and an instant; both may be bound parameters."""
    return select(SpaceMember.person_id).where(
        SpaceMember.space_id == space_id,
        is_current_member(now),
        or_(SpaceMember.why == Why.RULE, holds_post(now)),  # rows by rule end with the post
    )


def current_member_ids(space: Space) -> frozenset[UUID]:
    """Return the ids of today's members who hold a post."""
    return frozenset(db.session.scalars(current_members(space.id)))


def members_among(space: Space, people: Collection[UUID], now: datetime) -> set[UUID]:
    """Return which of these people are members at an instant; the invited need a post then."""
    there = members_at(space.id, now).where(SpaceMember.person_id.in_(people))
    return set(db.session.scalars(there))


def members_named(space: Space, words: str) -> Select[Person]:
    """Select the members whose names match the words, or all without words, ordered by name.

    In a board that lists nobody, a member is found only by a name that the reader knows.
    """
    there = current_members(space.id)
    asked = select(Person).where(Person.id.in_(named_among(there, words) if words else there))
    if space.hides_people and not any(
        len(word) >= MIN_KNOWN_LETTERS for word in fold(words).split()
    ):
        asked = asked.where(false())
    return asked.order_by(Person.sort_key, Person.id)


def fitting_row(space: Space, person_id: UUID) -> SpaceMember | None:
    """Return the row that makes a person a member by rule today; the one that lasts longest."""
    return db.session.scalar(
        select(SpaceMember)
        .where(
            SpaceMember.space_id == space.id,
            SpaceMember.person_id == person_id,
            SpaceMember.why == Why.RULE,
            is_current_member(clock.now()),
        )
        .options(joinedload(SpaceMember.appointment))
        .order_by(SpaceMember.until.is_not(None), SpaceMember.until.desc(), SpaceMember.id)
        .limit(1)
    )


@per_request
def member_count(space_id: UUID, most: int | None = None) -> int:
    """Count today's members, up to `most`."""
    counted = _member_count(is_bounded=most is not None)
    return execute_prepared(counted, space_id=space_id, most=most).scalar() or 0


@cache
def _member_count(*, is_bounded: bool) -> Select[int]:
    members = members_at(id_parameter("space_id"), NOW).distinct()
    if is_bounded:
        members = members.limit(bindparam("most", type_=Integer))
    return select(func.count()).select_from(members.subquery())


def count_by_rule(space_id: UUID) -> int:
    """Count the people who are members of a space by its rule today."""
    counted = select(func.count(SpaceMember.person_id.distinct())).where(
        SpaceMember.space_id == space_id,
        SpaceMember.why == Why.RULE,
        is_current_member(clock.now()),
    )
    return db.session.scalar(counted) or 0


def invited_unit_ids(person_id: UUID) -> Sequence[UUID | None]:
    """Return the ids of the units to whose spaces a person was invited, without a post there."""
    return execute_prepared(_invited_unit_ids(), person_id=person_id).scalars().all()


@cache
def _invited_unit_ids() -> Select[UUID | None]:
    return (
        select(Space.unit_id)
        .join(SpaceMember, SpaceMember.space_id == Space.id)
        .where(
            SpaceMember.person_id == id_parameter("person_id"),
            SpaceMember.why == Why.HAND,
            is_current_member(NOW),
        )
    )


def next_change(space_id: UUID, now: datetime) -> datetime | None:
    """Return the next instant at which a membership begins or ends by date.

    Invited members need a post, so the dates of their posts count as well.
    """
    begins = select(SpaceMember.since.label("at")).where(
        SpaceMember.space_id == space_id, SpaceMember.since > now
    )
    ends = select(SpaceMember.until.label("at")).where(
        SpaceMember.space_id == space_id, SpaceMember.until > now
    )
    invited = select(SpaceMember.person_id).where(
        SpaceMember.space_id == space_id, SpaceMember.why == Why.HAND
    )
    of_posts = [
        select(at.label("at")).where(Appointment.person_id.in_(invited), at > now)
        for at in (Appointment.since, Appointment.until)
    ]
    all_of_them = union_all(begins, ends, *of_posts).subquery()
    soonest: datetime | None = db.session.scalar(select(func.min(all_of_them.c.at)))
    return soonest


def changes_between(start: datetime, end: datetime) -> Sequence[tuple[UUID, UUID]]:
    """Return space and person of each membership that begins or ends by date in (start, end].

    Each post adds memberships by rule, so these rows include posts that begin or end. Invitations
    of the same people are included too.
    """
    begins = SpaceMember.since.between(start, end) & (SpaceMember.since > start)
    ends = SpaceMember.until.between(start, end) & (SpaceMember.until > start)
    moved = select(SpaceMember.space_id, SpaceMember.person_id).where(or_(begins, ends))
    people = moved.with_only_columns(SpaceMember.person_id)
    invited = select(SpaceMember.space_id, SpaceMember.person_id).where(
        SpaceMember.why == Why.HAND, SpaceMember.person_id.in_(people)
    )
    rows = db.session.execute(union(moved, invited))
    return [(row.space_id, row.person_id) for row in rows]
