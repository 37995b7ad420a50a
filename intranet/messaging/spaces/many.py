"""Create spaces and memberships in bulk, for imports.

`membership.apply_rules` queries space by space. Here a handful of statements serve all the people
of a batch in all spaces, by the keys of their appointments; spaces of units and agencies by where
their posts are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.events import ManyMembersChanged, MembersChanged, SpacesCreated
from intranet.messaging.spaces.group_rules import wanted_in_groups
from intranet.messaging.spaces.keys import key_of
from intranet.messaging.spaces.membership import MembershipFact, role_of, roles_kept
from intranet.messaging.spaces.models import AudienceAtom, Space, SpaceKind, SpaceMember, Why
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts, is_not_over
from intranet.platform.core import clock
from intranet.platform.core.database import store_rows
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import Work


def open_spaces(work: Work, units: Iterable[tuple[UUID, UUID | None]]) -> None:
    """Create the spaces of new units or agencies, in which nobody holds a post yet.

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
                "audience": Audience(any=[_usual(agency_id, unit_id)]).as_json(),
            }
        )
        key = key_of(_usual(agency_id, unit_id))
        atoms.append({"space_id": space_id, "key": key, "is_exception": False})
    if spaces:
        store_rows(Space, spaces)
        store_rows(AudienceAtom, atoms)
        work.publish(SpacesCreated(tuple(space["id"] for space in spaces)))


def apply_to_people(work: Work, person_ids: Collection[UUID]) -> None:
    """Correct the rows by rule of these people in every space, and publish who joined and left.

    Invitations count while their person holds a post; that is computed again.
    """
    for some in in_parts(person_ids):
        _apply(work, some, _held(some, clock.now()))


@dataclass(frozen=True)
class _Plan:
    """Changes to make: rows by rule to add or delete, and roles to tie to other appointments.

    `before` and `after` are the members, by space and person.
    """

    missing: list[MembershipFact]
    gone: list[UUID]
    roles: list[dict[str, Any]]
    before: set[tuple[UUID, UUID]]
    after: set[tuple[UUID, UUID]]
    touched: set[UUID]


def _apply(work: Work, person_ids: Collection[UUID], held: Sequence[Any]) -> None:
    now = clock.now()
    wanted = _wanted(held) | wanted_in_groups({row.person_id for row in held}, now)
    there = _there(person_ids, now)
    plan = _planned(wanted, there, now)
    _lock(plan.touched)
    if plan.touched and (since := _there(person_ids, now)) != there:  # raced by another
        plan = _planned(wanted, since, now)
        _lock(plan.touched)
    if plan.gone:
        _execute(delete(SpaceMember).where(SpaceMember.id.in_(plan.gone)))
    if plan.missing:
        store_rows(SpaceMember, [{**fact._asdict(), "why": Why.RULE} for fact in plan.missing])
    if plan.roles:
        store_rows(SpaceMember, plan.roles)
    if plan.touched:
        raised = update(Space).where(Space.id.in_(plan.touched))
        _execute(raised.values(members_version=Space.members_version + 1))
        _expire(plan.touched)
    if changes := _changes(plan.before, plan.after):
        work.publish(ManyMembersChanged(changes))


def _planned(wanted: set[MembershipFact], there: Sequence[Any], now: datetime) -> _Plan:
    found = {row.id: MembershipFact(*tuple(row)[1:7]) for row in there if row.why == Why.RULE}
    kept = set(found.values())
    missing = [fact for fact in wanted if fact not in kept]
    gone = [row_id for row_id, fact in found.items() if fact not in wanted]
    given = [row for row in there if row.why == Why.HAND and row.appointment_id]
    roles, wrong = roles_kept(given, wanted)
    invited = [row for row in there if _is_invited(row) and _is_current(row, now)]
    agencies = _agencies_of(kept | wanted) if invited else {}
    before, after = (_members(facts, invited, agencies, now) for facts in (kept, wanted))
    touched = {fact.space_id for fact in missing} | {found[row_id].space_id for row_id in gone}
    touched |= {row.space_id for row in wrong} | {space_id for space_id, _one in before ^ after}
    gone += [row.id for row in wrong]
    return _Plan(missing, gone, roles, before, after, touched)


def _members(
    facts: Iterable[MembershipFact],
    invited: Sequence[Any],
    agencies: Mapping[UUID | None, UUID],
    now: datetime,
) -> set[tuple[UUID, UUID]]:
    """Return the members, by space and person: those by rule, and the invited who hold a post.

    An invitation for an agency needs a post in that agency.
    """
    current = [fact for fact in facts if _is_current(fact, now)]
    holding: set[tuple[UUID, UUID | None]] = set()
    for fact in current if invited else ():
        holding |= {(fact.person_id, None), (fact.person_id, agencies.get(fact.appointment_id))}
    counted = {_place(row) for row in invited if (row.person_id, row.agency_id) in holding}
    return {_place(fact) for fact in current} | counted


def _agencies_of(facts: Iterable[MembershipFact]) -> dict[UUID | None, UUID]:
    """Return the agencies of the appointments that make people members."""
    asked = select(Appointment.id, Post.agency_id).join(Post, Post.id == Appointment.post_id)
    return {
        row.id: row.agency_id
        for some in in_parts({fact.appointment_id for fact in facts if fact.appointment_id})
        for row in db.session.execute(asked.where(Appointment.id.in_(some)))
    }


def _place(row: Any) -> tuple[UUID, UUID]:
    return row.space_id, row.person_id


def people_in(unit_paths: Collection[str]) -> set[UUID]:
    """Return the people with a current or future post in one of these subtrees."""
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


def _usual(agency_id: UUID, unit_id: UUID | None) -> Atom:
    return Atom(unit=unit_id, subtree=True) if unit_id else Atom(agency=agency_id)


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
        .where(Appointment.person_id.in_(person_ids), is_not_over(now), ~Appointment.on_hold)
    ).all()


def _there(person_ids: Collection[UUID], now: datetime) -> Sequence[Any]:
    """Return these people's membership rows, with `why`, the agency and who named them."""
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
            SpaceMember.agency_id,
            SpaceMember.named_by_id,
        ).where(
            SpaceMember.person_id.in_(person_ids),
            or_(SpaceMember.until.is_(None), SpaceMember.until > now),
        )
    ).all()


def _spaces(keys: Collection[str]) -> Mapping[str, Sequence[Any]]:
    """Return the spaces of units and agencies whose rules have these keys, by key."""
    found: dict[str, list[Any]] = defaultdict(list)
    for some in in_parts(keys):
        rows = db.session.execute(
            select(AudienceAtom.key, Space.id, Space.kind, Space.audience)
            .join(Space, Space.id == AudienceAtom.space_id)
            .where(AudienceAtom.key.in_(some), Space.kind != SpaceKind.GROUP)
        )
        for row in rows:
            found[row.key].append(row)
    return found


def _wanted(held: Sequence[Any]) -> set[MembershipFact]:
    keys = {row.id: list(_keys(row)) for row in held}
    spaces = _spaces({key for some in keys.values() for key in some})
    wanted = set()
    for row in held:
        for space in (space for key in keys[row.id] for space in spaces.get(key, ())):
            role = role_of(space, row)
            wanted.add(MembershipFact(space.id, row.person_id, row.id, role, row.since, row.until))
    return wanted


def _keys(row: Any) -> Iterator[str]:
    """Yield the keys by which rules of units and agencies include the holder of a post."""
    yield key_of(Atom(agency=row.agency_id))
    for unit_id in _ids_in(row.path):
        yield key_of(Atom(unit=unit_id, subtree=True))
    if row.is_head:
        yield key_of(Atom(heads=row.unit_id))


def _ids_in(path: str) -> list[UUID]:
    return [UUID(part) for part in path.strip("/").split("/")]


def _lock(space_ids: Collection[UUID]) -> None:
    """Lock these spaces, always in the same order."""
    locked = select(Space.id).where(Space.id.in_(space_ids)).order_by(Space.id)
    db.session.execute(locked.with_for_update(key_share=True)).all()


def _changes(
    before: set[tuple[UUID, UUID]], after: set[tuple[UUID, UUID]]
) -> tuple[MembersChanged, ...]:
    """Return who has joined and who has left, by space."""
    joined, left = defaultdict(list), defaultdict(list)
    for space_id, person_id in after - before:
        joined[space_id].append(person_id)
    for space_id, person_id in before - after:
        left[space_id].append(person_id)
    return tuple(
        MembersChanged(space_id, tuple(joined[space_id]), tuple(left[space_id]))
        for space_id in {*joined, *left}
    )


def _is_current(fact: Any, now: datetime) -> bool:
    return fact.since <= now and (fact.until is None or now < fact.until)


def _is_invited(row: Any) -> bool:
    """Return whether a row admits a person by hand, and is no mere role of a member by rule."""
    return row.why == Why.HAND and row.appointment_id is None


def _execute(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


def _expire(space_ids: Collection[UUID]) -> None:
    for known in list(db.session.identity_map.values()):
        if isinstance(known, Space) and known.id in space_ids:
            db.session.expire(known)
