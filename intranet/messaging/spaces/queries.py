"""Who is in a space, now and from when on that changes."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import (
    Integer,
    Select,
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
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import named_among
from intranet.platform.core import clock
from intranet.platform.core.database import ask
from intranet.platform.core.per_request import per_request
from intranet.platform.core.text import fold
from intranet.platform.core.types import NOW, Id, Instant, given

KNOWN = 3
"""So many letters of a name are known by who knows the person."""


def space_of_unit(unit_id: UUID) -> Space | None:
    """The space of a unit; the root has none."""
    return db.session.scalar(select(Space).where(Space.unit_id == unit_id))


def space_of_agency(agency_id: UUID) -> Space | None:
    """The space of an agency."""
    return db.session.scalar(
        select(Space).where(Space.agency_id == agency_id, Space.kind == SpaceKind.AGENCY)
    )


def current_members(space_id: UUID) -> Select[UUID]:
    """Ids of the people who are members today and hold a post, as SQL: some of them twice.

    So a database may ask it of one person after the other as well as for everybody: of a room of
    thousands one mostly wants the first few by name.
    """
    return _members(space_id, clock.now())


def _members(space_id: Id, now: Instant) -> Select[UUID]:
    return select(SpaceMember.person_id).where(
        SpaceMember.space_id == space_id,
        is_current_member(now),
        or_(SpaceMember.why == Why.RULE, holds_post(now)),  # a rule's row ends with its post
    )


def current_member_ids(space: Space) -> frozenset[UUID]:
    """Ids of the people who are members today and hold a post."""
    return frozenset(db.session.scalars(current_members(space.id)))


def members_named(space: Space, words: str) -> Select[Person]:
    """Its members who are called so, in the order of their names; without words all of them.

    Who belongs to a board that lists nobody is found by a name that one knows.
    """
    there = current_members(space.id)
    asked = select(Person).where(Person.id.in_(named_among(there, words) if words else there))
    if space.hides_people and not any(len(word) >= KNOWN for word in fold(words).split()):
        asked = asked.where(false())
    return asked.order_by(Person.sort_key, Person.id)


def fitting_row(space: Space, person_id: UUID) -> SpaceMember | None:
    """By which of their posts the rule has somebody in today: the row that lasts longest."""
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
    """How many people are members today, counted no further than `most`."""
    counted = _member_count(is_bounded=most is not None)
    return ask(counted, space_id=space_id, most=most).scalar() or 0


@cache
def _member_count(*, is_bounded: bool) -> Select[int]:
    members = _members(given("space_id"), NOW).distinct()
    if is_bounded:
        members = members.limit(bindparam("most", type_=Integer))
    return select(func.count()).select_from(members.subquery())


def people_count(agency_id: UUID) -> int:
    """How many people hold a post in an agency today: whom the rule of its space has in."""
    counted = (
        select(func.count(SpaceMember.person_id.distinct()))
        .join(Space, Space.id == SpaceMember.space_id)
        .where(
            Space.agency_id == agency_id,
            Space.kind == SpaceKind.AGENCY,
            SpaceMember.why == Why.RULE,
            is_current_member(clock.now()),
        )
    )
    return db.session.scalar(counted) or 0


def invited_unit_ids(person_id: UUID) -> Sequence[UUID | None]:
    """Ids of the units into whose spaces a hand, and no post, brought somebody."""
    return ask(_invited_unit_ids(), person_id=person_id).scalars().all()


@cache
def _invited_unit_ids() -> Select[UUID | None]:
    return (
        select(Space.unit_id)
        .join(SpaceMember, SpaceMember.space_id == Space.id)
        .where(
            SpaceMember.person_id == given("person_id"),
            SpaceMember.why == Why.HAND,
            is_current_member(NOW),
        )
    )


def next_change(space_id: UUID, now: datetime) -> datetime | None:
    """The next instant at which somebody's membership begins or ends by itself.

    Who was invited is in only while they hold a post: the dates of their posts count as well.
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
    """Space and person of each membership that begins or ends by itself in (start, end].

    Every post gives rows by rule, which show whose posts begin or end, and whose invitations
    with them.
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
