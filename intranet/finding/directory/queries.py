"""Questions of the pages about the organisation, each one query however large the answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlalchemy.orm import joinedload

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Function, Post, PostFunction, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.access import agency_ids_of, is_open_to
from intranet.organisation.people.models import Appointment, AppointmentKind, Person
from intranet.organisation.people.queries import heads_of_units, is_current
from intranet.platform.core import clock


@dataclass(frozen=True)
class Figures:
    """Places of posts, and how many of them nobody fills."""

    posts: int = 0
    vacant: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        """Both together."""
        return Figures(self.posts + other.posts, self.vacant + other.vacant)


def agencies(viewer: Person, limit: int) -> Sequence[Agency]:
    """The first agencies that the viewer may find: their own, then the others by name."""
    is_own = Agency.id.in_(agency_ids_of(viewer))
    found = select(Agency).where(is_open_to(viewer))
    ordered = found.order_by(case((is_own, 0), else_=1), Agency.sort_key, Agency.id)
    return db.session.scalars(ordered.limit(limit)).all()


def unit_tree(agency: Agency) -> Sequence[Row[UUID, UUID | None, str]]:
    """Id, parent and path of each unit of an agency that exists today, by name; nothing heavy."""
    today = clock.today(agency.time_zone)
    return db.session.execute(
        select(Unit.id, Unit.parent_id, Unit.path)
        .where(Unit.agency_id == agency.id, in_force(Unit, today))
        .order_by(Unit.sort_key, Unit.id)
    ).all()


def figures_by_unit(agency: Agency, now: datetime) -> dict[UUID, Figures]:
    """The figures of each unit of an agency by itself; units without posts are left out."""
    posts = (
        select(Post.unit_id, Post.places, free_places(now).label("free"))
        .where(Post.agency_id == agency.id, in_force(Post, clock.today(agency.time_zone)))
        .subquery()
    )
    rows = db.session.execute(
        select(
            posts.c.unit_id,
            func.sum(posts.c.places),
            func.sum(case((posts.c.free > 0, posts.c.free), else_=0)),
        ).group_by(posts.c.unit_id)
    )
    return {unit_id: Figures(int(posts), int(vacant)) for unit_id, posts, vacant in rows}


def figures_of(agency: Agency, now: datetime) -> Figures:
    """The figures of a whole agency."""
    return sum(figures_by_unit(agency, now).values(), Figures())


def free_places(now: datetime) -> ColumnElement[int]:
    """Places of a `Post` that nobody holds; who acts or substitutes fills none."""
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
    """How many people hold a post in this very unit."""
    counted = (
        select(func.count(Appointment.person_id.distinct()))
        .join(Post, Post.id == Appointment.post_id)
        .where(Post.unit_id == unit.id, is_current(now))
    )
    return db.session.scalar(counted) or 0


def head_posts(unit_ids: Collection[UUID], agency: Agency) -> Sequence[Post]:
    """The posts that head these units, whoever holds them or nobody."""
    return db.session.scalars(
        select(Post).where(
            Post.unit_id.in_(unit_ids),
            Post.is_head,
            in_force(Post, clock.today(agency.time_zone)),
        )
    ).all()


def functions_of_posts(post_ids: Collection[UUID]) -> dict[UUID, list[Function]]:
    """What each of these posts does."""
    rows = db.session.execute(
        select(PostFunction.post_id, Function)
        .join(Function, Function.code == PostFunction.function_code)
        .where(PostFunction.post_id.in_(post_ids))
        .order_by(PostFunction.function_code)
    )
    found: dict[UUID, list[Function]] = {}
    for post_id, function in rows:
        found.setdefault(post_id, []).append(function)
    return found


def functions_of_agency(agency: Agency) -> Sequence[Function]:
    """What the posts of an agency do."""
    used = (
        select(PostFunction.function_code)
        .join(Post, Post.id == PostFunction.post_id)
        .where(Post.agency_id == agency.id)
    )
    return db.session.scalars(
        select(Function).where(Function.code.in_(used)).order_by(Function.code)
    ).all()


def all_functions() -> Sequence[Function]:
    """Every function there is."""
    return db.session.scalars(select(Function).order_by(Function.code)).all()


def colleagues(
    unit_ids: Collection[UUID], now: datetime, *, but: UUID, limit: int
) -> Sequence[Appointment]:
    """Who else holds a post in these very units: heads first, then by level and name."""
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
    """Whom somebody reports to, one for each post that has somebody above it.

    Who heads a unit reports to the nearest unit above it that has a head.
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
    """Who stood in a post before, the latest first."""
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
    """Who holds a post in these units today, but the person, by name."""
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
