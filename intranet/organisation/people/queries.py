"""Queries for appointments and heads, in a constant number of statements."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, Post
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.agencies.roles import ROLES_FOR, Act
from intranet.organisation.people.models import (
    Appointment,
    AppointmentKind,
    Person,
    has_role,
)
from intranet.platform.core import clock
from intranet.platform.core.per_request import per_request
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import NOW, Instant, among, id_parameter, ids_parameter

Key = TypeVar("Key")
# Bound parameters of one statement; SQLite takes 32,766.
KEYS_PER_STATEMENT = 10_000


def is_current(now: Instant) -> ColumnElement[bool]:
    """Return the condition for an appointment to be in effect at this instant."""
    return and_(has_term_at(now), ~Appointment.on_hold)


def has_term_at(now: Instant) -> ColumnElement[bool]:
    """Return the condition that the dates include this instant, also for one on hold."""
    return and_(Appointment.since <= now, or_(Appointment.until.is_(None), Appointment.until > now))


def is_not_over(now: Instant) -> ColumnElement[bool]:
    """Return the condition for an appointment to be in effect at this instant or later."""
    return or_(Appointment.until.is_(None), Appointment.until > now)


@per_request
def current_appointments(person_id: UUID) -> Sequence[Appointment]:
    """Return a person's current appointments, oldest first."""
    return [row for row, is_held_now in appointments_held(person_id) if is_held_now]


@per_request
def appointments_held(person_id: UUID) -> Sequence[tuple[Appointment, bool]]:
    """Return appointments that are not over, oldest first, and whether each is current."""
    rows = db.session.execute(_appointments_held(), {"person_id": person_id})
    return [(row[0], bool(row[1])) for row in rows]


@cache
def _appointments_held() -> Select[Appointment, bool]:
    """Return the statement, built once because every page executes it."""
    return (
        _appointments()
        .add_columns(is_current(NOW))
        .where(Appointment.person_id == id_parameter("person_id"), is_not_over(NOW))
        .order_by(Appointment.since, Appointment.id)
    )


def current_appointments_of(
    person_ids: Collection[UUID], now: datetime
) -> dict[UUID, list[Appointment]]:
    """Return the appointments of each of these people at this instant, oldest first."""
    found: dict[UUID, list[Appointment]] = {}
    for some in in_parts(person_ids):
        for row in db.session.scalars(_current_of_people(), {"ids": some, "now": now}):
            found.setdefault(row.person_id, []).append(row)
    return found


# With `among` SQLite would look for terms that are not over first, and so read all appointments.
@cache
def _current_of_people() -> Select[Appointment]:
    return (
        _appointments()
        .where(Appointment.person_id.in_(ids_parameter("ids")), is_current(NOW))
        .order_by(Appointment.since, Appointment.id)
    )


def posts_on_hold(post_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these posts have an appointment on hold for a missing second factor."""
    return {
        post_id
        for some in in_parts(post_ids)
        for post_id in db.session.scalars(
            select(Appointment.post_id).where(
                Appointment.post_id.in_(some), Appointment.on_hold, has_term_at(clock.now())
            )
        )
    }


def appointments_on_hold(person_id: UUID) -> Sequence[Appointment]:
    """Return appointments that only a missing second factor keeps from being in effect."""
    rows = _appointments().where(
        Appointment.person_id == person_id, Appointment.on_hold, has_term_at(clock.now())
    )
    return db.session.scalars(rows.order_by(Appointment.since, Appointment.id)).all()


def past_appointments(person_id: UUID, now: datetime) -> Sequence[Appointment]:
    """Return a person's past appointments, latest first."""
    rows = _appointments().where(Appointment.person_id == person_id, Appointment.until <= now)
    return db.session.scalars(
        rows.where(Appointment.until > Appointment.since).order_by(Appointment.until.desc())
    ).all()


def holders(post_id: UUID, now: datetime) -> Sequence[Appointment]:
    """Return a post's appointments at this instant: holders first, then acting and substitutes."""
    return holders_of([post_id], now).get(post_id, [])


def holders_of(post_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Appointment]]:
    """Return the appointments to each of these posts at this instant, holders first."""
    found: dict[UUID, list[Appointment]] = {}
    for some in in_parts(post_ids):
        for row in db.session.scalars(_current_of_posts(), {"ids": some, "now": now}):
            found.setdefault(row.post_id, []).append(row)
    for row_list in found.values():
        row_list.sort(key=lambda row: list(AppointmentKind).index(row.kind))
    return found


@cache
def _current_of_posts() -> Select[Appointment]:
    return (
        _appointments()
        .where(Appointment.post_id.in_(ids_parameter("ids")), is_current(NOW))
        .order_by(Appointment.since, Appointment.id)
    )


def heads_of_units(unit_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Appointment]]:
    """Return the heads of each unit: by level, holders before acting and substitutes."""
    found: dict[UUID, list[Appointment]] = {}
    for some in in_parts(unit_ids):
        for row in db.session.scalars(_current_heads(), {"ids": some, "now": now}):
            found.setdefault(row.post.unit_id, []).append(row)
    for row_list in found.values():
        row_list.sort(key=lambda row: list(AppointmentKind).index(row.kind))
    return found


@cache
def _current_heads() -> Select[Appointment]:
    return (
        _appointments()
        .join(Post, Post.id == Appointment.post_id)
        .where(among(Post.unit_id, "ids"), Post.is_head, is_current(NOW))
        .order_by(Post.level, Appointment.since, Appointment.id)
    )


def head_of_appointment(appointment: Appointment, now: datetime) -> Appointment | None:
    """Return whom a person reports to in a post: the head of the unit, or of the nearest above.

    The head of a unit reports to the unit above it. None at the top.
    """
    unit = appointment.post.unit
    ids = unit.ancestor_ids[:-1] if appointment.post.is_head else unit.ancestor_ids
    heads = heads_of_units(ids, now)
    for unit_id in reversed(ids):
        for head in heads.get(unit_id, ()):
            if head.person_id != appointment.person_id:
                return head
    return None


def heads_of_person(person_id: UUID) -> list[Appointment]:
    """Return the people that a person reports to, at most one for each of their posts."""
    now = clock.now()
    found: dict[UUID, Appointment] = {}
    for appointment in current_appointments(person_id):
        if head := head_of_appointment(appointment, now):
            found.setdefault(head.person_id, head)
    return list(found.values())


def vacancies(unit_ids: Collection[UUID], now: datetime, day: date) -> dict[UUID, int]:
    """Count the vacant places of each unit's posts; units without any are left out."""
    taken = (
        select(Appointment.post_id, func.count().label("taken"))
        .where(has_term_at(now), Appointment.kind == AppointmentKind.HOLDER)
        .group_by(Appointment.post_id)
        .subquery()
    )
    free = Post.places - func.coalesce(taken.c.taken, 0)
    found: dict[UUID, int] = {}
    for some in in_parts(unit_ids):
        rows = (
            select(Post.unit_id, func.sum(free))
            .outerjoin(taken, taken.c.post_id == Post.id)
            .where(Post.unit_id.in_(some), in_force(Post, day), free > 0)
            .group_by(Post.unit_id)
        )
        found.update({unit_id: int(count) for unit_id, count in db.session.execute(rows)})
    return found


def time_zone_of(person_id: UUID) -> str:
    """Return a person's time zone: that of the agency of their oldest appointment."""
    held = current_appointments(person_id)
    return held[0].post.unit.agency.time_zone if held else "Europe/Madrid"


def today_of(person_id: UUID) -> date:
    """Return today's date in the zone where a person works."""
    return clock.today(time_zone_of(person_id))


def is_named(
    words: str, column: ColumnElement[str] | InstrumentedAttribute[str] = Person.sort_key
) -> ColumnElement[bool]:
    """Return the condition that each typed word is a prefix in the name, in any order."""
    return and_(true(), *(has_word(column, word) for word in sort_key(words).split()))


def has_word(
    column: ColumnElement[str] | InstrumentedAttribute[str], word: str
) -> ColumnElement[bool]:
    """Return the condition that a word in a folded column has this prefix."""
    folded = sort_key(word)
    return or_(
        column.startswith(folded, autoescape=True), column.contains(f" {folded}", autoescape=True)
    )


def named_among(ids: Select[UUID], words: str) -> Select[UUID]:
    """Return, as SQL, which of these people match the typed name.

    Each of their names is looked up by itself. PostgreSQL misjudges how many people match: it would
    scan the names of everybody, and find few of them among these.
    """
    return select(names_among(ids, words).c.id)


def names_among(ids: Select[UUID], words: str) -> Subquery:
    """Return the same people as `id` with the name that was compared, as `sort_key`.

    To put people in order by this name saves looking them up again: that took as long as to
    compare, where most of 34,000 match.
    """
    [person_id] = ids.subquery().c
    name = select(Person.sort_key).where(Person.id == person_id).scalar_subquery()
    every = select(person_id.label("id"), name.label("sort_key")).cte()
    every = every.prefix_with("MATERIALIZED", dialect="postgresql")
    return select(every).where(is_named(words, every.c.sort_key)).distinct().subquery()


def in_parts(keys: Collection[Key]) -> Iterable[Sequence[Key]]:
    """Yield keys without duplicates, in parts that one statement can hold."""
    unique = list(dict.fromkeys(keys))
    return (
        unique[start : start + KEYS_PER_STATEMENT]
        for start in range(0, len(unique), KEYS_PER_STATEMENT)
    )


def _appointments() -> Select[Appointment]:
    """Return the query for appointments with their post, unit, agency and person."""
    return select(Appointment).options(
        joinedload(Appointment.person, innerjoin=True),
        joinedload(Appointment.post, innerjoin=True).joinedload(Post.unit, innerjoin=True),
    )


def people_who_may(act: Act, agency_id: UUID, *, by_own_post: bool = False) -> Select[UUID]:
    """Return a query for the people whose role in an agency allows an act now.

    Args:
        by_own_post: only by the agency's own posts, not by a mandate.
    """
    found = (
        select(Appointment.person_id)
        .select_from(Appointment)
        .join(Administration, has_role(clock.now()))
        .join(Post, Post.id == Administration.post_id)
        .where(Administration.agency_id == agency_id, Administration.role.in_(ROLES_FOR[act]))
        .distinct()
    )
    return found.where(Post.agency_id == agency_id) if by_own_post else found


def administrator_ids(agency_id: UUID) -> Sequence[UUID]:
    """Return the ids of the people who administer an agency now, mandates included."""
    found = people_who_may(Act.ADMINISTER, agency_id)
    return db.session.scalars(found.order_by(Appointment.person_id)).all()


def administrators_among(person_ids: Collection[UUID]) -> set[UUID]:
    """Return those of these people who administer any agency now, mandates included."""
    found = (
        select(Appointment.person_id)
        .join(Administration, has_role(clock.now()))
        .where(Administration.role.in_(ROLES_FOR[Act.ADMINISTER]))
    )
    return {
        person_id
        for some in in_parts(person_ids)
        for person_id in db.session.scalars(found.where(Appointment.person_id.in_(some)))
    }


def administrator_names(agency_id: UUID) -> list[str]:
    """Return the names of the people who administer an agency now, in order."""
    names = select(Person.name).where(Person.id.in_(administrator_ids(agency_id)))
    return list(db.session.scalars(names.order_by(Person.sort_key)))
