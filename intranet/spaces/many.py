"""Spaces and memberships in bulk, as an import needs them.

`membership.apply_rules` asks the database space by space. Here a handful of statements serve all
the people of a batch, in all spaces whose rule is the usual one: who holds a post of this unit, or
of those below it, or of this agency. A space with any other rule goes the general way.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update

from intranet.agencies.models import Post, Unit
from intranet.core import clock
from intranet.core.database import store_rows
from intranet.core.ids import uuid7
from intranet.core.unit_of_work import Work
from intranet.extensions import db
from intranet.people.models import Appointment
from intranet.people.queries import is_not_over
from intranet.spaces.audience import Atom, Audience
from intranet.spaces.events import ManyMembersChanged, MembersChanged, SpacesCreated
from intranet.spaces.membership import apply_rules
from intranet.spaces.models import AudienceAtom, Role, Space, SpaceKind, SpaceMember, Why

OTHERS = ("heads", "post", "person", "function", "level", "agency_kind", "territory")
"""Kinds of atoms, beside those of a unit and of an agency. Every other rule has one of them."""


class Fact(NamedTuple):
    """One row that a rule gives: what tells it from others."""

    space_id: UUID
    person_id: UUID
    appointment_id: UUID | None
    role: Role
    since: datetime
    until: datetime | None


def open_spaces(work: Work, units: Iterable[tuple[UUID, UUID | None]]) -> None:
    """Make the spaces of new units, or of new agencies, in which nobody holds a post yet.

    Args:
        units: ids of agency and unit; without a unit the space is the agency's.
    """
    spaces: list[dict[str, Any]] = []
    atoms: list[dict[str, Any]] = []
    for agency_id, unit_id in units:
        space_id = uuid7()
        spaces.append(
            {
                "id": space_id,
                "kind": SpaceKind.UNIT if unit_id else SpaceKind.AGENCY,
                "agency_id": agency_id,
                "unit_id": unit_id,
                "audience": _usual(agency_id, unit_id),
            }
        )
        kind, value = ("unit", unit_id) if unit_id else ("agency", agency_id)
        atoms.append({"id": uuid7(), "space_id": space_id, "kind": kind, "value": str(value)})
    if spaces:
        store_rows(Space, spaces)
        store_rows(AudienceAtom, atoms)
        work.publish(SpacesCreated(tuple(space["id"] for space in spaces)))


def apply_to_people(work: Work, person_ids: Collection[UUID]) -> None:
    """Make the rows of these people true in every space, and say who is in and out since now."""
    if not person_ids:
        return
    now = clock.now()
    held = _held(person_ids, now)
    there = _there(person_ids, now)
    spaces = _spaces(held, [row.space_id for row in there])
    usual = {space.id: space for space in spaces if _is_usual(space)}
    wanted = _wanted(held, usual.values())
    found = {
        row.id: Fact(*tuple(row)[1:7])
        for row in there
        if row.why == Why.RULE and row.space_id in usual
    }
    kept = set(found.values())
    missing = [fact for fact in wanted if fact not in kept]
    gone = [row_id for row_id, fact in found.items() if fact not in wanted]
    invited = {(row.space_id, row.person_id) for row in there if row.why == Why.HAND}
    touched = {fact.space_id for fact in missing} | {found[row_id].space_id for row_id in gone}
    touched |= {space_id for space_id, _person in invited}
    _lock(touched)
    if gone:
        _execute(delete(SpaceMember).where(SpaceMember.id.in_(gone)))
    if missing:
        store_rows(SpaceMember, [{**fact._asdict(), "why": Why.RULE} for fact in missing])
    if touched:
        raised = update(Space).where(Space.id.in_(touched))
        _execute(raised.values(members_version=Space.members_version + 1))
        _expire(touched)
    holding = {row.person_id for row in held}
    awake = {(space_id, person_id) for space_id, person_id in invited if person_id in holding}
    changes = _changes(found.values(), wanted, awake, invited - awake)
    if changes:
        work.publish(ManyMembersChanged(changes))
    _apply_others(work, person_ids)


def people_in(unit_paths: Collection[str]) -> set[UUID]:
    """Who holds or will hold a post in one of these subtrees, or did until now."""
    found: set[UUID] = set()
    for path in unit_paths:
        below = (
            select(Appointment.person_id)
            .join(Post, Post.id == Appointment.post_id)
            .join(Unit, Unit.id == Post.unit_id)
            .where(Unit.path >= path, Unit.path < f"{path[:-1]}0", is_not_over(clock.now()))
        )
        found |= set(db.session.scalars(below))
    return found


def _usual(agency_id: UUID, unit_id: UUID | None) -> dict[str, Any]:
    atom = Atom(unit=unit_id, subtree=True) if unit_id else Atom(agency=agency_id)
    return Audience(any=[atom]).as_json()


def _is_usual(space: Any) -> bool:
    """Whether the rule is the one with which every space begins."""
    if space.unit_id:
        expected: dict[str, Any] = {"any": [{"unit": str(space.unit_id), "subtree": True}]}
    else:
        expected = {"any": [{"agency": str(space.agency_id)}]}
    return bool(space.audience == expected)


def _held(person_ids: Collection[UUID], now: datetime) -> Sequence[Any]:
    return db.session.execute(
        select(
            Appointment.id,
            Appointment.person_id,
            Appointment.since,
            Appointment.until,
            Post.is_head,
            Post.agency_id,
            Unit.id.label("unit_id"),
            Unit.path,
            Unit.parent_id,
        )
        .join(Post, Post.id == Appointment.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Appointment.person_id.in_(person_ids), is_not_over(now))
    ).all()


def _there(person_ids: Collection[UUID], now: datetime) -> Sequence[Any]:
    """Their rows, in the order of `Fact`, and by which way."""
    return db.session.execute(
        select(
            SpaceMember.id,
            SpaceMember.space_id,
            SpaceMember.person_id,
            SpaceMember.appointment_id,
            SpaceMember.role,
            SpaceMember.since,
            SpaceMember.until,
            SpaceMember.why,
        ).where(
            SpaceMember.person_id.in_(person_ids),
            or_(SpaceMember.until.is_(None), SpaceMember.until > now),
        )
    ).all()


def _spaces(held: Sequence[Any], space_ids: Collection[UUID]) -> Sequence[Any]:
    unit_ids = {unit_id for row in held for unit_id in _ids_in(row.path)}
    agency_ids = {row.agency_id for row in held}
    return db.session.execute(
        select(Space.id, Space.agency_id, Space.unit_id, Space.audience).where(
            or_(
                Space.unit_id.in_(unit_ids),
                and_(Space.kind == SpaceKind.AGENCY, Space.agency_id.in_(agency_ids)),
                Space.id.in_(set(space_ids)),
            )
        )
    ).all()


def _wanted(held: Sequence[Any], spaces: Iterable[Any]) -> set[Fact]:
    by_place = {space.unit_id or space.agency_id: space.id for space in spaces}
    wanted = set()
    for row in held:
        for place in (row.agency_id, *_ids_in(row.path)):
            if space_id := by_place.get(place):
                leads = place == row.unit_id or (place == row.agency_id and row.parent_id is None)
                role = Role.HEAD if row.is_head and leads else Role.MEMBER
                wanted.add(Fact(space_id, row.person_id, row.id, role, row.since, row.until))
    return wanted


def _ids_in(path: str) -> list[UUID]:
    return [UUID(part) for part in path.strip("/").split("/")]


def _lock(space_ids: Collection[UUID]) -> None:
    """Wait for who changes one of them, always in one order."""
    locked = select(Space.id).where(Space.id.in_(space_ids)).order_by(Space.id)
    db.session.execute(locked.with_for_update(key_share=True)).all()


def _changes(
    before: Iterable[Fact],
    after: Iterable[Fact],
    awake: set[tuple[UUID, UUID]],
    asleep: set[tuple[UUID, UUID]],
) -> tuple[MembersChanged, ...]:
    """Who is a member since now, and who no longer.

    Args:
        awake: invitations, by space and person, that count because their person holds a post.
        asleep: those that do not.
    """
    now = clock.now()
    was, is_now = (
        {(fact.space_id, fact.person_id) for fact in facts if _is_current(fact, now)}
        for facts in (before, after)
    )
    joined, left = defaultdict(list), defaultdict(list)
    for space_id, person_id in (is_now - was) | awake:
        joined[space_id].append(person_id)
    for space_id, person_id in (was - is_now - awake) | (asleep - is_now):
        left[space_id].append(person_id)
    return tuple(
        MembersChanged(space_id, tuple(joined[space_id]), tuple(left[space_id]))
        for space_id in {*joined, *left}
    )


def _is_current(fact: Fact, now: datetime) -> bool:
    return fact.since <= now and (fact.until is None or now < fact.until)


def _apply_others(work: Work, person_ids: Collection[UUID]) -> None:
    """Spaces whose rule is another than the usual one."""
    others = select(AudienceAtom.space_id).where(AudienceAtom.kind.in_(OTHERS)).distinct()
    if space_ids := db.session.scalars(others).all():
        spaces = select(Space).where(Space.id.in_(space_ids)).order_by(Space.id)
        apply_rules(work, db.session.scalars(spaces).all(), person_ids)


def _execute(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


def _expire(space_ids: Collection[UUID]) -> None:
    for known in list(db.session.identity_map.values()):
        if isinstance(known, Space) and known.id in space_ids:
            db.session.expire(known)
