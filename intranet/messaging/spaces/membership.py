"""Membership as rows: the result of the rules, updated in the transaction of each change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, true

from intranet.extensions import db
from intranet.messaging.spaces.access import holds_post, is_current_member
from intranet.messaging.spaces.audience import Atom, Audience, appointments_in
from intranet.messaging.spaces.events import MembersChanged
from intranet.messaging.spaces.models import (
    Reach,
    Role,
    Space,
    SpaceKey,
    SpaceKind,
    SpaceMember,
    Why,
)
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts
from intranet.organisation.people.speaking import answering
from intranet.platform.core import clock
from intranet.platform.core.types import given_many
from intranet.platform.core.unit_of_work import Work

KEPT_COLUMNS = ("space_id", "person_id", "role", "why", "named_by_id", "agency_id")
"""Columns that a row keeps when its role moves to another post."""


class MembershipFact(NamedTuple):
    """A membership by rule, as the values that distinguish it from other memberships."""

    space_id: UUID
    person_id: UUID
    appointment_id: UUID | None
    role: Role
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Difference:
    """Missing rows that a rule gives, and superfluous rows that it does not give."""

    missing: list[SpaceMember]
    superfluous: list[SpaceMember]

    def __bool__(self) -> bool:
        """Return whether any row is missing or superfluous."""
        return bool(self.missing or self.superfluous)


def apply_rules(
    work: Work, spaces: Iterable[Space], people: Collection[UUID] | None = None
) -> None:
    """Correct the rows of these spaces by their rules, for these people or for everyone."""
    for space in spaces:
        version = space.members_version
        found = difference(space, people)
        if not found:
            continue
        work.lock(space)
        if space.members_version != version:  # another transaction was first
            found = difference(space, people)
        if found:
            change(work, space, found)


def change(work: Work, space: Space, found: Difference) -> None:
    """Write a difference, raise the version, and publish who joined and left."""
    now = clock.now()
    touched = {row.person_id for row in (*found.missing, *found.superfluous)}
    before = members_among(space, touched, now)
    for row in found.superfluous:
        work.delete(row)
    work.add(*found.missing)
    space.members_version += 1
    db.session.flush()
    after = members_among(space, touched, now)
    work.publish(MembersChanged(space.id, joined=tuple(after - before), left=tuple(before - after)))


def difference(space: Space, people: Collection[UUID] | None = None) -> Difference:
    """Compare a space's rule with its rows; memberships that are over are left alone."""
    now = clock.now()
    wanted = {_fact(row): row for row in _wanted(space, people, now)}
    there: dict[tuple[object, ...], SpaceMember] = {}
    given, doubled = [], []
    for row in db.session.scalars(_there(space, people, now)):
        if row.why == Why.HAND:
            given.append(row)
        elif _fact(row) in there:
            doubled.append(row)
        else:
            there[_fact(row)] = row
    right, wrong = roles_kept(given, wanted.values())
    missing = [row for fact, row in wanted.items() if fact not in there]
    superfluous = [row for fact, row in there.items() if fact not in wanted]
    return Difference(
        missing + [SpaceMember(**kept) for kept in right], superfluous + doubled + wrong
    )


def roles_kept(
    given: Collection[Any], wanted: Iterable[Any]
) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return roles given by hand with an appointment: as they should be, and the outdated rows.

    Such a role stays while the rule makes its person a member: by that appointment or, once it is
    over, by another. Of current ones the one that lasts longest counts, else the next to begin.

    Args:
        given: rows of membership.
        wanted: what the rule gives, as such rows or as facts.
    """
    by_rule: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for fact in wanted if given else ():  # mostly there are none
        by_rule[fact.space_id, fact.person_id].append(fact)
    right, wrong = [], []
    for row in given:
        fitting = by_rule[row.space_id, row.person_id]
        own = [fact for fact in fitting if fact.appointment_id == row.appointment_id]
        fact = max(own or fitting, key=_lasting, default=None)
        if fact is None:
            wrong.append(row)
            continue
        due = (fact.appointment_id, max(row.since, fact.since), fact.until)
        if due != (row.appointment_id, row.since, row.until):
            wrong.append(row)
            kept = {name: getattr(row, name) for name in KEPT_COLUMNS}
            right.append(
                {**kept, **dict(zip(("appointment_id", "since", "until"), due, strict=True))}
            )
    return right, wrong


def _lasting(fact: Any) -> tuple[bool, bool, float]:
    """Return a sort key: how long a membership by rule lasts from now on."""
    has_begun = fact.since <= clock.now()
    return has_begun, fact.until is None, fact.until.timestamp() if fact.until else 0


def groups_led_by(post_ids: Collection[UUID]) -> list[Space]:
    """Return the groups that one of these posts leads, or may lead as a fallback."""
    found: dict[UUID, Space] = {}
    for some in in_parts(post_ids):
        rows = db.session.scalars(_groups_led_by(), {"post_ids": list(some)})
        found |= {space.id: space for space in rows}
    return [found[space_id] for space_id in sorted(found)]


@cache
def _groups_led_by() -> Select[Space]:
    led = select(Post.id).where(Post.id.in_(given_many("post_ids"))).cte(recursive=True)
    led = led.union(
        select(Post.id).where(Post.fallback_id == led.c.id, Post.fallback_id.is_not(None))
    )
    return select(Space).where(Space.owner_post_id.in_(select(led.c.id)))


def open_agencies(space: Space, now: datetime) -> dict[UUID, datetime | None] | None:
    """Return the agencies from which a group takes people, with an end for each; None for any.

    The group's own agency always; another while its approval, and that of the group's own, hold.
    """
    if not space.is_group or space.reach == Reach.NETWORK:
        return None
    found: dict[UUID, datetime | None] = {space.agency_id: None}
    if space.reach == Reach.SHARED:
        rows = db.session.scalars(select(SpaceKey).where(SpaceKey.space_id == space.id))
        keys = {row.agency_id: row for row in rows if row.is_turned(now)}
        if own := keys.pop(space.agency_id, None):
            found |= {agency_id: earlier(key.until, own.until) for agency_id, key in keys.items()}
    return found


def is_taken_from(space: Space, now: datetime) -> ColumnElement[bool]:
    """Return a condition on `Agency`: the rule of a space takes people from it."""
    agencies = open_agencies(space, now)
    if agencies is not None:
        return Agency.id.in_(agencies)
    if space.is_group:  # network-wide: listed agencies, and its own
        return or_(Agency.in_directory, Agency.id == space.agency_id)
    return true()


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier of two ends; None never ends."""
    if one is None or other is None:
        return one or other
    return min(one, other)


def _wanted(space: Space, people: Collection[UUID] | None, now: datetime) -> list[SpaceMember]:
    agencies = open_agencies(space, now)
    leading = leading_post_ids([space]).get(space.id)
    found: dict[UUID, SpaceMember] = {}
    for query in _asked(space, leading, now):
        if people is not None:
            query = query.where(Appointment.person_id.in_(people))  # noqa: PLW2901
        for row in db.session.execute(query.where(is_taken_from(space, now))):
            found[row.id] = SpaceMember(
                space_id=space.id,
                person_id=row.person_id,
                appointment_id=row.id,
                role=role_of(space, row, leading),
                why=Why.RULE,
                since=row.since,
                until=earlier(row.until, (agencies or {}).get(row.agency_id)),
            )
    return list(found.values())


def _asked(space: Space, leading: UUID | None, now: datetime) -> Iterator[Any]:
    """Yield queries: appointments that a space's rule names, then those of its leading post."""
    named = []
    if space.audience:
        named.append(appointments_in(Audience.parse(space.audience), now))
    if leading:
        owners = Audience(any=[Atom(post=leading)])
        named.append(appointments_in(owners, now))
    for query in named:
        yield query.with_only_columns(
            Appointment.id,
            Appointment.person_id,
            Appointment.since,
            Appointment.until,
            Appointment.post_id,
            Post.is_head,
            Post.agency_id,
            Post.unit_id,
            Unit.parent_id,
        )


def leading_post_ids(spaces: Collection[Space]) -> dict[UUID, UUID]:
    """Return the posts that lead groups, by space: owners, or fallbacks of vacant ones."""
    owners = {space.id: space.owner_post_id for space in spaces if space.owner_post_id}
    answers = answering(set(owners.values()), clock.now()) if owners else {}
    return {
        space_id: by.id if (by := answers[owner_id].by) else owner_id
        for space_id, owner_id in owners.items()
    }


def role_of(space: Any, row: Any, leading: UUID | None = None) -> Role:
    """Return the role that an appointment gives in a space; both may be plain rows.

    The holder of the `leading` post leads a group. Heads of the unit itself, or of its successor,
    lead its space; heads of the root unit lead the agency's.
    """
    if space.kind == SpaceKind.GROUP:
        leads = row.post_id == leading
    elif space.kind == SpaceKind.UNIT:
        leads = row.is_head and row.unit_id in unit_ids_of(space)
    else:
        leads = row.is_head and row.parent_id is None
    return Role.HEAD if leads else Role.MEMBER


def unit_ids_of(space: Any) -> set[UUID]:
    """Return the units that a space's rule names: a unit's own, or its successors."""
    if not space.audience:
        return set()
    atoms = Audience.parse(space.audience).any
    return {unit_id for atom in atoms if (unit_id := atom.unit or atom.heads)}


def _there(space: Space, people: Collection[UUID] | None, now: datetime) -> Select[SpaceMember]:
    query = select(SpaceMember).where(
        SpaceMember.space_id == space.id,
        SpaceMember.appointment_id.is_not(None),
        or_(SpaceMember.until.is_(None), SpaceMember.until > now),
    )
    return query if people is None else query.where(SpaceMember.person_id.in_(people))


def _fact(row: SpaceMember) -> tuple[object, ...]:
    return (row.person_id, row.appointment_id, row.role, row.since, row.until)


def members_among(space: Space, people: Collection[UUID], now: datetime) -> set[UUID]:
    """Return which of these people are members at an instant; the invited need a post then."""
    current = select(SpaceMember.person_id).where(
        SpaceMember.space_id == space.id,
        SpaceMember.person_id.in_(people),
        is_current_member(now),
        or_(SpaceMember.why == Why.RULE, holds_post(now)),
    )
    return set(db.session.scalars(current))
