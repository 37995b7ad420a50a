"""Membership as rows: the result of the rules, updated in the transaction of each change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, delete, or_, select, update

from intranet.messaging.spaces.events import MembersChanged, MembershipChange
from intranet.messaging.spaces.membership_rules import (
    MembershipFact,
    groups_led_by,
    leaders_of,
    people_of,
    wanted,
)
from intranet.messaging.spaces.models import Space, SpaceKind, SpaceMember, Why
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.database import execute, execute_prepared, expire_rows, store_rows
from intranet.platform.core.types import NOW, among
from intranet.platform.core.unit_of_work import Work

KEPT_COLUMNS = ("space_id", "person_id", "role", "why", "named_by_id", "agency_id")
"""Columns that a row keeps when its role moves to another post."""

Place = tuple[UUID, UUID]
"""A space and a person."""


@dataclass(frozen=True)
class Difference:
    """How membership rows differ from the rules, and who joins or leaves when they are corrected.

    `missing` are rows to add, as values; `superfluous` rows are to be deleted. `versions` has
    the `members_version` of each space that was read.
    """

    missing: list[dict[str, Any]]
    superfluous: list[Any]
    joined: set[Place]
    left: set[Place]
    versions: dict[UUID, int]

    @property
    def space_ids(self) -> set[UUID]:
        """Return the spaces that differ."""
        return {
            *(row["space_id"] for row in self.missing),
            *(row.space_id for row in self.superfluous),
            *(space_id for space_id, _person_id in self.joined | self.left),
        }

    def changes(self) -> tuple[MembershipChange, ...]:
        """Return who joins and who leaves, by space."""
        joined, left = _by_space(self.joined), _by_space(self.left)
        return tuple(
            MembershipChange(space_id, tuple(joined[space_id]), tuple(left[space_id]))
            for space_id in sorted({*joined, *left})
        )


def apply_rules(work: Work, spaces: Collection[Space]) -> None:
    """Apply the rules of these spaces to their membership rows."""
    if spaces:
        _apply(work, people_of(spaces), {space.id for space in spaces})


def apply_to_people(work: Work, person_ids: Collection[UUID]) -> None:
    """Apply the rules to these people's rows in every space, and publish who joined and left."""
    _apply(work, person_ids, None)


def apply_leadership(work: Work, post_ids: Collection[UUID]) -> None:
    """Update who leads the groups that these posts own or stand in for."""
    if groups := groups_led_by(post_ids):
        _apply(work, leaders_of(groups), {group.id for group in groups})


def difference(
    person_ids: Collection[UUID], space_ids: Collection[UUID] | None = None
) -> Difference:
    """Compare the rules with the rows of people; memberships that are over are left alone.

    Args:
        space_ids: the only spaces to compare.
    """
    rules = wanted(person_ids, space_ids)
    there = _there(person_ids, space_ids)
    found: dict[MembershipFact, Any] = {}
    given: list[Any] = []
    invited: list[Any] = []
    doubled = []
    for row in there:
        if row.why == Why.HAND:
            (given if row.appointment_id else invited).append(row)
        elif (fact := MembershipFact(*row[1:7])) in found:
            doubled.append(row)
        else:
            found[fact] = row
    right, wrong = roles_given_by_hand(given, rules.facts)
    missing = [_values(fact) for fact in rules.facts - found.keys()]
    superfluous = [row for fact, row in found.items() if fact not in rules.facts]
    posts_before = rules.posts_in if space_ids is not None else _posts_in(found.values())
    before = _current(found) | _counting(invited, posts_before)
    after = _current(rules.facts) | _counting(invited, rules.posts_in)
    return Difference(
        missing + right,
        superfluous + doubled + wrong,
        joined=after - before,
        left=before - after,
        versions=rules.versions | {row.space_id: row.members_version for row in there},
    )


def roles_given_by_hand(
    given: Collection[Any], wanted: Iterable[MembershipFact]
) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return roles given by hand with an appointment: as they should be, and the outdated rows.

    Such a role stays while the rule makes its person a member: by that appointment or, once it is
    over, by another. If several are current, the one that lasts longest counts; if none is, the
    next to begin.
    """
    by_rule: dict[Place, list[MembershipFact]] = defaultdict(list)
    for fact in wanted if given else ():  # mostly there are none
        by_rule[fact.space_id, fact.person_id].append(fact)
    right, wrong = [], []
    for row in given:
        fitting = by_rule[row.space_id, row.person_id]
        own = [fact for fact in fitting if fact.appointment_id == row.appointment_id]
        if not fitting:
            wrong.append(row)
            continue
        fact = max(own or fitting, key=_lasting)
        due = (fact.appointment_id, max(row.since, fact.since), fact.until)
        if due != (row.appointment_id, row.since, row.until):
            wrong.append(row)
            kept = {name: getattr(row, name) for name in KEPT_COLUMNS}
            right.append(
                {**kept, **dict(zip(("appointment_id", "since", "until"), due, strict=True))}
            )
    return right, wrong


def _apply(work: Work, person_ids: Collection[UUID], space_ids: Collection[UUID] | None) -> None:
    for some in in_parts(person_ids):
        found = difference(some, space_ids)
        if not found.space_ids:
            continue
        if _lock(found.space_ids).items() - found.versions.items():  # another transaction was first
            found = difference(some, space_ids)
            _lock(found.space_ids)
        _write(work, found)


def _write(work: Work, found: Difference) -> None:
    for some in in_parts([row.id for row in found.superfluous]):
        execute(delete(SpaceMember).where(SpaceMember.id.in_(some)))
    store_rows(SpaceMember, found.missing)
    execute_prepared(_raising(), space_ids=list(found.space_ids))
    expire_rows(Space)
    if changes := found.changes():
        work.publish(MembersChanged(changes))


def _lock(space_ids: Collection[UUID]) -> dict[UUID, int]:
    """Lock spaces, always in the same order, and return their versions."""
    rows = execute_prepared(_locking(), space_ids=list(space_ids))
    return {row.id: row.members_version for row in rows}


def _there(person_ids: Collection[UUID], space_ids: Collection[UUID] | None) -> Sequence[Any]:
    """Return people's rows that are not over; `row[1:7]` are the fields of a `MembershipFact`."""
    given = {} if space_ids is None else {"space_ids": list(space_ids)}
    found = _not_over(is_limited=space_ids is not None)
    return execute_prepared(found, person_ids=list(person_ids), **given).all()


@cache
def _raising() -> Update:
    raised = update(Space).where(among(Space.id, "space_ids"))
    return raised.values(members_version=Space.members_version + 1)


@cache
def _locking() -> Select[UUID, int]:
    locked = select(Space.id, Space.members_version).where(among(Space.id, "space_ids"))
    return locked.order_by(Space.id).with_for_update(key_share=True)


@cache
def _not_over(*, is_limited: bool) -> Select[Any, *tuple[Any, ...]]:
    rows = (
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
            Space.kind,
            Space.agency_id.label("agency_of_space"),
            Space.members_version,
        )
        .join(Space, Space.id == SpaceMember.space_id)
        .where(
            among(SpaceMember.person_id, "person_ids"),
            or_(SpaceMember.until.is_(None), SpaceMember.until > NOW),
        )
    )
    return rows.where(among(SpaceMember.space_id, "space_ids")) if is_limited else rows


def _values(fact: MembershipFact) -> dict[str, Any]:
    return {**fact._asdict(), "why": Why.RULE, "named_by_id": None, "agency_id": None}


def _posts_in(rows: Iterable[Any]) -> set[tuple[UUID, UUID]]:
    """Return where people held posts before a change, as `Wanted.posts_in`.

    Each post makes its holder a member of its agency's space.
    """
    return {
        (row.person_id, row.agency_of_space)
        for row in rows
        if row.kind == SpaceKind.AGENCY and row.since <= clock.now()
    }


def _counting(invited: Iterable[Any], posts_in: Collection[tuple[UUID, UUID]]) -> set[Place]:
    """Return the space and person of each invitation in effect while people hold these posts.

    An invitation for an agency needs a post in that agency.
    """
    holding = {person_id for person_id, _agency_id in posts_in}
    now = clock.now()
    return {
        (row.space_id, row.person_id)
        for row in invited
        if row.since <= now
        and (
            row.person_id in holding
            if row.agency_id is None
            else (row.person_id, row.agency_id) in posts_in
        )
    }


def _current(facts: Iterable[MembershipFact]) -> set[Place]:
    now = clock.now()
    return {(fact.space_id, fact.person_id) for fact in facts if fact.since <= now}


def _by_space(places: Iterable[Place]) -> Mapping[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for space_id, person_id in places:
        found[space_id].append(person_id)
    return found


def _lasting(fact: MembershipFact) -> tuple[bool, bool, float]:
    """Return a sort key: how long a membership by rule lasts from now on."""
    has_begun = fact.since <= clock.now()
    return has_begun, fact.until is None, fact.until.timestamp() if fact.until else 0
