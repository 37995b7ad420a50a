"""The rule of membership: the appointments that make their people members of spaces.

It is stated here once, for one person and for a whole file. Rules are found by the keys of the
appointments (`audience_keys.py`), so that their number costs nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true, union

from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience, appointments_in
from intranet.messaging.spaces.audience_keys import functions_of, mix_keys, place_keys
from intranet.messaging.spaces.membership_statements import (
    any_group,
    appointments_held_by,
    atoms_with,
    groups_led_through,
)
from intranet.messaging.spaces.models import (
    AudienceAtom,
    Reach,
    Role,
    Space,
    SpaceKey,
    SpaceKind,
    SpaceMember,
    Why,
)
from intranet.messaging.spaces.supposed import Supposed
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts, is_not_over
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.database import execute_prepared

Agencies = Mapping[UUID, datetime | None] | None
"""The agencies from which a space takes people, with an end for each; None for any."""


class MembershipFact(NamedTuple):
    """A membership by rule, as the values that distinguish it from other memberships."""

    space_id: UUID
    person_id: UUID
    appointment_id: UUID | None
    role: Role
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Wanted:
    """The memberships that rules give people, and what they were computed from.

    `posts_in` holds the agencies in which each person holds a post now, as (person, agency);
    `versions` the spaces whose rules were read.
    """

    facts: set[MembershipFact]
    posts_in: set[tuple[UUID, UUID]]
    versions: dict[UUID, int]


@dataclass(frozen=True)
class _Rules:
    """Spaces by the keys of their atoms and of their exceptions, and groups by leading post."""

    fitting: dict[str, list[Any]]
    excepting: dict[str, list[Any]]
    led: dict[UUID, list[Any]]

    def spaces(self) -> dict[UUID, Any]:
        """Return the spaces that take people, by id."""
        some = (*self.fitting.values(), *self.led.values())
        return {space.id: space for spaces in some for space in spaces}


def wanted(
    person_ids: Collection[UUID],
    space_ids: Collection[UUID] | None = None,
    supposed: Supposed | None = None,
) -> Wanted:
    """Return the memberships that rules give these people, in all spaces or in some of them.

    It takes few statements, however many people and rules there are.

    Args:
        supposed: an organisation to suppose instead of the stored one.
    """
    now = clock.now()
    held: Sequence[Any] = execute_prepared(
        appointments_held_by(), person_ids=list(person_ids)
    ).all()
    held = supposed.rows(held) if supposed else held
    has_groups = _has_groups(space_ids)
    keys = _keys(held, has_groups=has_groups)
    if supposed:
        for row in held:
            keys[row.id] += supposed.keys(row)
    led = _led({row.post_id for row in held}, space_ids) if has_groups else {}
    rules = _rules(keys.values(), led, space_ids)
    spaces = rules.spaces()
    agencies = agencies_of(spaces.values(), now)
    excepted = {
        (space.id, row.person_id)
        for row in held
        for key in keys[row.id]
        for space in rules.excepting.get(key, ())
    }
    active = [row for row in held if not row.on_hold]
    facts = set()
    for row in active:
        for space_id, role in _roles(row, keys[row.id], rules, excepted).items():
            if _takes_from(spaces[space_id], agencies[space_id], row):
                until = earlier(row.until, (agencies[space_id] or {}).get(row.agency_id))
                facts.add(MembershipFact(space_id, row.person_id, row.id, role, row.since, until))
    posts_in = {(row.person_id, row.agency_id) for row in active if row.since <= now}
    return Wanted(facts, posts_in, {row.id: row.members_version for row in spaces.values()})


def people_of(spaces: Collection[Space]) -> set[UUID]:
    """Return the people whom the rules of these spaces concern: those they name, and members."""
    now = clock.now()
    rows = select(SpaceMember.person_id).where(
        SpaceMember.space_id.in_([space.id for space in spaces]),
        SpaceMember.appointment_id.is_not(None),
        or_(SpaceMember.until.is_(None), SpaceMember.until > now),
    )
    found = {*db.session.scalars(rows), *leaders_of(spaces)}
    found |= _kept_readers([space.id for space in spaces if space.archived_at])
    for space in spaces:
        if space.audience:
            named = appointments_in(Audience.parse(space.audience), now)
            named = named.where(is_taken_from(space, now))
            found.update(db.session.scalars(named.with_only_columns(Appointment.person_id)))
    return found


def _kept_readers(space_ids: Collection[UUID]) -> set[UUID]:
    """Return the people whom a closed space keeps, by the posts and people among its atoms."""
    if not space_ids:
        return set()
    keys = select(AudienceAtom.key).where(
        AudienceAtom.space_id.in_(space_ids),
        or_(AudienceAtom.key.startswith("post:"), AudienceAtom.key.startswith("person:")),
    )
    named: dict[str, list[UUID]] = defaultdict(list)
    for key in db.session.scalars(keys):
        kind, _, row_id = key.partition(":")
        named[kind].append(UUID(row_id))
    found = set(named["person"])
    for some in in_parts(named["post"]):
        holders = select(Appointment.person_id).where(
            Appointment.post_id.in_(some), is_not_over(clock.now())
        )
        found.update(db.session.scalars(holders))
    return found


def groups_led_by(post_ids: Collection[UUID]) -> Sequence[Any]:
    """Return the groups, as rows, that one of these posts leads, or may lead as a fallback."""
    if not _has_groups(None):
        return ()
    return execute_prepared(groups_led_through(), post_ids=list(post_ids)).all()


def leaders_of(groups: Collection[Any]) -> set[UUID]:
    """Return the people who lead groups, or may: holders of the owner posts and their fallbacks."""
    ids = [group.id for group in groups]
    posts = select(Space.owner_post_id.label("id")).where(Space.id.in_(ids)).cte(recursive=True)
    posts = posts.union(
        select(Post.fallback_id).where(Post.id == posts.c.id, Post.fallback_id.is_not(None))
    )
    holders = select(Appointment.person_id).where(
        Appointment.post_id.in_(select(posts.c.id)), is_not_over(clock.now())
    )
    heads = select(SpaceMember.person_id).where(
        SpaceMember.space_id.in_(ids), SpaceMember.role == Role.HEAD, SpaceMember.why == Why.RULE
    )
    return set(db.session.scalars(union(holders, heads)))


def open_agencies(space: Space, now: datetime) -> Agencies:
    """Return the agencies from which a group takes people, each with the end of its approval.

    None means that the group is not limited to some agencies. Otherwise it takes people from its
    own agency, and from another one while both agencies approve the group.
    """
    return agencies_of([space], now)[space.id]


def agencies_of(spaces: Collection[Any], now: datetime) -> dict[UUID, Agencies]:
    """Do as `open_agencies` for many spaces, which may be plain rows, in one query."""
    approvals: dict[UUID, dict[UUID, datetime | None]] = defaultdict(dict)
    for some in in_parts([space.id for space in spaces if space.reach == Reach.SHARED]):
        rows = db.session.scalars(select(SpaceKey).where(SpaceKey.space_id.in_(some)))
        for row in rows:
            if row.is_turned(now):
                approvals[row.space_id][row.agency_id] = row.until
    found: dict[UUID, Agencies] = {}
    for space in spaces:
        found[space.id] = None
        if space.kind == SpaceKind.GROUP and space.reach != Reach.NETWORK:
            others, own_id = approvals[space.id], space.agency_id
            ends = {key: earlier(others[own_id], others[key]) for key in others if own_id in others}
            found[space.id] = {**ends, own_id: None}
    return found


def is_taken_from(space: Space, now: datetime) -> ColumnElement[bool]:
    """Return the condition on `Agency` that the rule of a space takes people from it."""
    agencies = open_agencies(space, now)
    if agencies is not None:
        return Agency.id.in_(agencies)
    if space.is_group:  # network-wide: listed agencies, and its own
        return or_(Agency.in_directory, Agency.id == space.agency_id)
    return true()


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier of two ends; None stands for no end."""
    if one is None or other is None:
        return one or other
    return min(one, other)


def _has_groups(space_ids: Collection[UUID] | None) -> bool:
    """Return whether any space is a group, since only rules of groups name mixes of properties."""
    given = {} if space_ids is None else {"space_ids": list(space_ids)}
    found = execute_prepared(any_group(is_limited=space_ids is not None), **given)
    return found.first() is not None


def _keys(held: Sequence[Any], *, has_groups: bool) -> dict[UUID, list[str]]:
    functions = functions_of({row.post_id for row in held}) if has_groups else {}
    keys = {row.id: list(place_keys(row)) for row in held}
    for row in held if has_groups else ():
        keys[row.id] += mix_keys(row, functions.get(row.post_id, ()))
    return keys


def _rules(
    keys: Iterable[Iterable[str]], led: dict[UUID, list[Any]], space_ids: Collection[UUID] | None
) -> _Rules:
    rules = _Rules(defaultdict(list), defaultdict(list), led)
    if space_ids is None:
        found = execute_prepared(atoms_with("key"), values=list(dict.fromkeys(chain(*keys))))
    else:
        found = execute_prepared(atoms_with("space_id"), values=list(space_ids))
    for row in found:
        (rules.excepting if row.is_exception else rules.fitting)[row.key].append(row)
    return rules


def _led(post_ids: Collection[UUID], space_ids: Collection[UUID] | None) -> dict[UUID, list[Any]]:
    """Return the groups that these posts lead, by post: owners, or fallbacks of vacant ones."""
    groups = [row for row in groups_led_by(post_ids) if space_ids is None or row.id in space_ids]
    owners = {group.owner_post_id for group in groups}
    answers = answering(owners, clock.now()) if owners else {}
    led: dict[UUID, list[Any]] = defaultdict(list)
    for group in groups:
        by = answers[group.owner_post_id].by
        led[by.id if by else group.owner_post_id].append(group)
    return led


def _roles(
    row: Any, keys: Iterable[str], rules: _Rules, excepted: Collection[tuple[UUID, UUID]]
) -> dict[UUID, Role]:
    """Return the role that an appointment gives in each space, whatever agencies the space takes.

    Callers leave out spaces that take nobody from the agency of the appointment.
    """
    roles: dict[UUID, Role] = {}
    for key in keys:
        for space in rules.fitting.get(key, ()):
            if (space.id, row.person_id) not in excepted and roles.get(space.id) != Role.HEAD:
                roles[space.id] = _role(space, key, row)
    return roles | dict.fromkeys((group.id for group in rules.led.get(row.post_id, ())), Role.HEAD)


def _role(space: Any, key: str, row: Any) -> Role:
    """Return the role of a member by the key of a post.

    Heads of the unit that the rule names, the space's own or its successor, lead the space of a
    unit; heads of the root unit lead the agency's. A group is led by its leading post alone.
    """
    if space.kind == SpaceKind.GROUP or not row.is_head:
        return Role.MEMBER
    leads = row.parent_id is None
    if space.kind == SpaceKind.UNIT:
        leads = key.endswith(str(row.unit_id))
    return Role.HEAD if leads else Role.MEMBER


def _takes_from(space: Any, agencies: Agencies, row: Any) -> bool:
    """Do as `is_taken_from` for the row of an appointment."""
    if agencies is not None:
        return row.agency_id in agencies
    is_of_its_own = row.agency_id == space.agency_id
    return is_of_its_own or (space.kind == SpaceKind.GROUP and bool(row.in_directory))
