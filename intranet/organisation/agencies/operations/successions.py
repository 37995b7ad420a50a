"""End units: what is in them goes to the units that succeed them.

The caller is an operation, an import or a plan, as for `storing`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from intranet.extensions import db
from intranet.organisation.agencies.events import PostsChanged, UnitsSucceeded, UnitSuccession
from intranet.organisation.agencies.models import Post, Unit, UnitSuccessor
from intranet.organisation.agencies.operations.storing import change_units
from intranet.organisation.agencies.queries import in_force
from intranet.platform.core.database import execute, expire_rows, store_rows
from intranet.platform.core.unit_of_work import unit_of_work


@dataclass(frozen=True, kw_only=True)
class UnitEnd:
    """A unit that ends with a day, and the unit that takes over what is in it.

    `elsewhere` names posts and units directly in it that go to another unit than `successor_id`:
    so a unit is split. Its channel is carried on by `successor_id`.
    """

    unit_id: UUID
    last_day: date
    successor_id: UUID | None = None
    elsewhere: Mapping[UUID, UUID] = field(default_factory=dict)

    @property
    def successor_ids(self) -> tuple[UUID, ...]:
        """The units that succeed it, the main one first."""
        main = (self.successor_id,) if self.successor_id else ()
        return tuple(dict.fromkeys((*main, *self.elsewhere.values())))


def end_units(ends: Sequence[UnitEnd], today: date) -> None:
    """End units; their posts and the units below them move at once.

    If one of them succeeds another, what that one held goes where its own goes. What stays in a
    unit without a successor has to end in the same transaction.
    """
    by_unit = {end.unit_id: end for end in ends}
    posts, below = left_in(by_unit, today)
    moved_posts: dict[UUID, list[UUID]] = defaultdict(list)
    for post_id, unit_id in posts.items():
        if target := _target(post_id, by_unit[unit_id], by_unit):
            moved_posts[target].append(post_id)
    changes: dict[UUID, dict[str, Any]] = {
        end.unit_id: {"valid_to": end.last_day, "successor_id": _main(end)} for end in ends
    }
    for child_id, unit_id in below.items():
        if child_id not in by_unit and (target := _target(child_id, by_unit[unit_id], by_unit)):
            changes[child_id] = {"parent_id": target}
    with unit_of_work() as work:
        for target, ids in moved_posts.items():
            taken = update(Post).where(Post.id.in_(ids))
            execute(taken.values(unit_id=target, version=Post.version + 1))
        expire_rows(Post)
        execute(delete(UnitSuccessor).where(UnitSuccessor.unit_id.in_(by_unit)))
        store_rows(UnitSuccessor, [row for end in ends for row in _further(end)])
        # Rules before units, and units before posts, so that nobody loses a space they may read.
        if succeeded := _succeeded(ends, by_unit):
            work.publish(UnitsSucceeded(succeeded))
        change_units(changes)
        if moved := [post_id for ids in moved_posts.values() for post_id in ids]:
            work.publish(PostsChanged(tuple(moved)))


def left_in(unit_ids: Collection[UUID], today: date) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """Return the posts and the units that are or will be directly in units, with their units."""
    posts = select(Post.id, Post.unit_id).where(
        Post.unit_id.in_(unit_ids), in_force(Post, today, ahead=True)
    )
    below = select(Unit.id, Unit.parent_id).where(
        Unit.parent_id.in_(unit_ids), in_force(Unit, today, ahead=True)
    )
    return _pairs(posts), _pairs(below)


def _pairs(statement: Any) -> dict[UUID, UUID]:
    return dict(db.session.execute(statement).all())


def _main(end: UnitEnd) -> UUID | None:
    return end.successor_ids[0] if end.successor_ids else None


def _target(row_id: UUID, end: UnitEnd, ends: Mapping[UUID, UnitEnd]) -> UUID | None:
    """Return where a row of an ending unit goes: past units that end as well."""
    return _past(end.elsewhere.get(row_id, end.successor_id), end.unit_id, ends)


def _past(target: UUID | None, unit_id: UUID, ends: Mapping[UUID, UnitEnd]) -> UUID | None:
    passed = {unit_id}
    while target and target in ends and target not in passed:
        passed.add(target)
        target = ends[target].successor_id
    return None if target in passed else target


def _succeeded(
    ends: Sequence[UnitEnd], by_unit: Mapping[UUID, UnitEnd]
) -> tuple[UnitSuccession, ...]:
    """Return the units that take the places of each, past units that end as well."""
    found = []
    for end in ends:
        targets = [_past(each, end.unit_id, by_unit) for each in end.successor_ids]
        if those := tuple(dict.fromkeys(each for each in targets if each)):
            found.append(UnitSuccession(end.unit_id, those))
    return tuple(found)


def _further(end: UnitEnd) -> list[dict[str, UUID]]:
    return [
        {"unit_id": end.unit_id, "successor_id": successor_id}
        for successor_id in end.successor_ids[1:]
    ]
