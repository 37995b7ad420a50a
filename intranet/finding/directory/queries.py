"""Queries of the organisation pages, each a single one however large the answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    case,
    func,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.finding.directory.kept_figures import until_it_changes
from intranet.organisation.agencies.models import Agency, Function, Post, PostFunction, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.access import agency_ids_of, is_open_to
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import heads_of_units, is_current
from intranet.platform.core import clock
from intranet.platform.core.per_request import per_request
from intranet.platform.core.types import among

ACTING_UNIT = 1_000_000
"""An acting holder counts so much beside holders; no post has so many."""


@dataclass(frozen=True)
class DirectoryFigures:
    """Places of posts, and how many of them are vacant."""

    posts: int = 0
    vacant: int = 0

    def __add__(self, other: "DirectoryFigures") -> "DirectoryFigures":
        """Add both figures."""
        return DirectoryFigures(self.posts + other.posts, self.vacant + other.vacant)


def agencies(viewer: Person, limit: int) -> Sequence[Agency]:
    """Return the first agencies the viewer may find: their own, then the others by name."""
    is_own = Agency.id.in_(agency_ids_of(viewer))
    found = select(Agency).where(is_open_to(viewer))
    ordered = found.order_by(case((is_own, 0), else_=1), Agency.sort_key, Agency.id)
    return db.session.scalars(ordered.limit(limit)).all()


def unit_tree(agency: Agency) -> Sequence[Row[UUID, UUID | None, str]]:
    """Return id, parent and path of each current unit of an agency, by name."""
    today = clock.today(agency.time_zone)
    return db.session.execute(
        select(Unit.id, Unit.parent_id, Unit.path)
        .where(Unit.agency_id == agency.id, in_force(Unit, today))
        .order_by(Unit.sort_key, Unit.id)
    ).all()


@dataclass(frozen=True)
class OrganisationFigures:
    """The sums of an agency's posts today.

    `by_unit` has the figures of each unit by itself, without units that have no posts. `people` and
    `heads` count appointments, and `vacant` names the posts with a free place, and which are heads.
    """

    by_unit: Mapping[UUID, DirectoryFigures]
    people: int
    heads: int
    vacant: Mapping[UUID, bool]

    @property
    def whole(self) -> DirectoryFigures:
        """The figures of the whole agency."""
        return sum(self.by_unit.values(), DirectoryFigures())


@until_it_changes
def figures_of(agency: Agency) -> OrganisationFigures:
    """Return the figures of an agency: one statement that looks each post up once."""
    by_unit, vacant, people, heads = {}, {}, 0, 0
    for row in db.session.execute(_figures(agency, clock.now())):
        if row.post_id:
            vacant[row.post_id] = bool(row.heads)
        else:
            by_unit[row.unit_id] = DirectoryFigures(int(row.places), int(row.free))
            people += int(row.people)
            heads += int(row.heads)
    return OrganisationFigures(by_unit, people, heads, vacant)


def _figures(agency: Agency, now: datetime) -> CompoundSelect[Any]:
    """Sum up the posts of each unit, and list those with a free place."""
    # Post by post: joined, PostgreSQL reads all appointments of the network.
    # Holders and acting holders in one number, so that a post is looked up once.
    is_holder = Appointment.kind == AppointmentKind.HOLDER
    people = (
        select(func.coalesce(func.sum(case((is_holder, 1), else_=ACTING_UNIT)), 0))
        .where(Appointment.post_id == Post.id, is_current(now))
        .correlate(Post)
        .scalar_subquery()
    )
    each = (
        select(
            Post.id,
            Post.unit_id,
            Post.is_head,
            Post.places,
            people.label("people"),
            in_force(Post, clock.today(agency.time_zone)).label("is_in_force"),
        )
        .where(Post.agency_id == agency.id)
        .cte()
        .prefix_with("MATERIALIZED", dialect="postgresql")
        .c
    )
    holders = each.people % ACTING_UNIT
    here, free = holders + each.people // ACTING_UNIT, each.places - holders
    is_vacant = and_(each.is_in_force, free > 0)
    sums = select(
        each.unit_id,
        type_coerce(null(), Post.id.type).label("post_id"),
        func.sum(case((each.is_in_force, each.places), else_=0)).label("places"),
        func.sum(case((is_vacant, free), else_=0)).label("free"),
        func.sum(here).label("people"),
        func.sum(case((each.is_head, here), else_=0)).label("heads"),
    ).group_by(each.unit_id)
    heads = case((each.is_head, 1), else_=0)
    listed = select(each.unit_id, each.id, each.places, free, here, heads).where(is_vacant)
    return union_all(sums, listed)


def vacancies(now: datetime) -> ColumnElement[int]:
    """Count the places of a `Post` without a holder; acting holders fill none."""
    held = (
        select(func.count())
        .where(
            Appointment.post_id == Post.id,
            is_current(now),
            Appointment.kind == AppointmentKind.HOLDER,
        )
        .correlate(Post)
        .scalar_subquery()
    )
    return Post.places - held


def people_count_of_unit(unit: Unit, now: datetime) -> int:
    """Count the people with a post in this unit itself."""
    counted = (
        select(func.count(Appointment.person_id.distinct()))
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.unit_id == unit.id, is_current(now))
    )
    return db.session.scalar(counted) or 0


def head_posts(unit_ids: Collection[UUID], agency: Agency) -> Sequence[Post]:
    """Return the head posts of these units, vacant or not."""
    return db.session.scalars(
        select(Post).where(
            Post.unit_id.in_(unit_ids),
            Post.is_head,
            in_force(Post, clock.today(agency.time_zone)),
        )
    ).all()


def functions_of_posts(post_ids: Collection[UUID]) -> dict[UUID, list[Function]]:
    """Return the functions of each of these posts."""
    found: dict[UUID, list[Function]] = {}
    if post_ids:
        for post_id, function in db.session.execute(_functions(), {"ids": list(post_ids)}):
            found.setdefault(post_id, []).append(function)
    return found


@cache
def _functions() -> Select[UUID, Function]:
    return (
        select(PostFunction.post_id, Function)
        .join(Function, Function.code == PostFunction.function_code)
        .where(among(PostFunction.post_id, "ids"))
        .order_by(PostFunction.function_code)
    )


def functions_of_agency(agency: Agency) -> Sequence[Function]:
    """Return the functions of the posts of an agency."""
    used = _function_codes(agency)
    return [each for each in all_functions() if each.code in used]


@until_it_changes
def _function_codes(agency: Agency) -> frozenset[str]:
    of_posts = (
        select(PostFunction.function_code)
        .join(Post, Post.id == PostFunction.post_id)
        .where(Post.agency_id == agency.id)
    )
    return frozenset(db.session.scalars(of_posts.distinct()))


@per_request
def all_functions() -> Sequence[Function]:
    """Return every function."""
    return db.session.scalars(select(Function).order_by(Function.code)).all()


def colleagues(
    unit_ids: Collection[UUID], now: datetime, *, but: UUID, limit: int
) -> Sequence[Appointment]:
    """Return other people in exactly these units: heads first, then by level and name."""
    return db.session.scalars(
        select(Appointment)
        .join(Post, Post.id == Appointment.post_id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Post.unit_id.in_(unit_ids), is_current(now), Appointment.person_id != but)
        .order_by(Post.is_head.desc(), Post.level, Person.sort_key, Appointment.id)
        .limit(limit)
        .options(
            joinedload(Appointment.person, innerjoin=True),
            joinedload(Appointment.post, innerjoin=True).joinedload(Post.unit, innerjoin=True),
        )
    ).all()


def heads_above(appointments: Collection[Appointment], now: datetime) -> list[Appointment]:
    """Return the heads a person reports to, one for each post that has one above.

    The head of a unit reports to the nearest unit above it that has a head.
    """
    above = {
        row.id: row.post.unit.ancestor_ids[: -1 if row.post.is_head else None]
        for row in appointments
    }
    heads = heads_of_units({unit_id for ids in above.values() for unit_id in ids}, now)
    found: dict[UUID, Appointment] = {}
    for row in appointments:
        nearest = next(
            (
                head
                for unit_id in reversed(above[row.id])
                for head in heads.get(unit_id, ())
                if head.person_id != row.person_id
            ),
            None,
        )
        if nearest:
            found.setdefault(nearest.person_id, nearest)
    return list(found.values())


def past_holders(post_id: UUID, now: datetime, limit: int) -> Sequence[Appointment]:
    """Return the former holders of a post, latest first."""
    return db.session.scalars(
        select(Appointment)
        .where(
            Appointment.post_id == post_id,
            Appointment.until <= now,
            Appointment.until > Appointment.since,
        )
        .order_by(Appointment.until.desc(), Appointment.id)
        .limit(limit)
    ).all()


def possible_stand_ins(person: Person, unit_ids: Collection[UUID]) -> Sequence[Person]:
    """Return the other people with a post in these units today, by name."""
    there = (
        select(Appointment.person_id)
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.unit_id.in_(unit_ids), is_current(clock.now()))
    )
    return db.session.scalars(
        select(Person)
        .where(Person.id.in_(there), Person.id != person.id)
        .order_by(Person.sort_key, Person.id)
    ).all()
