"""Queries about the organisation, without its people."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, Agency, Post, Unit, UnitSuccessor
from intranet.platform.core import clock
from intranet.platform.core.parsing import printable

ADDRESS_LIMIT = 120
CARRIED_ON_LIMIT = 50
Dated = TypeVar("Dated", type[Unit], type[Post])


def in_force(
    kind: Dated, day: date | ColumnElement[date], *, ahead: bool = False
) -> ColumnElement[bool]:
    """Return the condition for units or posts to exist on a day or, with `ahead`, later."""
    not_over = or_(kind.valid_to.is_(None), kind.valid_to >= day)
    if ahead:
        return not_over
    return and_(not_over, or_(kind.valid_from.is_(None), kind.valid_from <= day))


def subtree(path: str) -> ColumnElement[bool]:
    """Return the condition for units of a subtree, its top included, as a range of the index."""
    first, end = subtree_range(path)
    return and_(Unit.path >= first, Unit.path < end)


def subtree_range(path: str) -> tuple[str, str]:
    """Return the first path of a subtree, its top's own, and the one that ends it, excluded."""
    return path, path[:-1] + "0"


def agency_by_code(code: str) -> Agency | None:
    """Return the agency with an official code."""
    return db.session.scalar(select(Agency).where(Agency.code == printable(code, ADDRESS_LIMIT)))


def agency_by_handle(handle: str) -> Agency | None:
    """Return the agency with a handle, as in `@post@agency`."""
    return db.session.scalar(
        select(Agency).where(Agency.handle == printable(handle, ADDRESS_LIMIT).lower())
    )


def post_by_address(address: str) -> Post | None:
    """Return the post written as `@post@agency`, with or without the first `@`."""
    handle, _, agency = printable(address, ADDRESS_LIMIT).lstrip("@").partition("@")
    return db.session.scalar(
        select(Post)
        .join(Agency, Agency.id == Post.agency_id)
        .where(Post.handle == handle.lower(), Agency.handle == agency.lower())
    )


def units_of(agency_id: UUID, day: date) -> Sequence[Unit]:
    """Return the units of an agency on a day, from the root down, each level by name."""
    units = db.session.scalars(
        select(Unit).where(Unit.agency_id == agency_id, in_force(Unit, day))
    ).all()
    return in_tree_order(units)


def in_tree_order(units: Sequence[Unit]) -> list[Unit]:
    """Return units in tree order; a unit whose parent is not given comes at the top."""
    known = {unit.id for unit in units}
    below: dict[UUID | None, list[Unit]] = {}
    for unit in units:
        parent = unit.parent_id if unit.parent_id in known else None
        below.setdefault(parent, []).append(unit)
    for children in below.values():
        children.sort(key=lambda unit: unit.sort_key, reverse=True)
    ordered, waiting = [], list(below.get(None, ()))
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        waiting.extend(below.get(unit.id, ()))
    return ordered


def ancestors(unit: Unit) -> list[Unit]:
    """Return the units from the root down to this one, both included."""
    found = db.session.scalars(select(Unit).where(Unit.id.in_(unit.ancestor_ids)))
    return sorted(found, key=lambda each: len(each.path))


def children(unit_id: UUID, day: date) -> Sequence[Unit]:
    """Return the units directly below a unit, by name."""
    return db.session.scalars(
        select(Unit)
        .where(Unit.parent_id == unit_id, in_force(Unit, day))
        .order_by(Unit.sort_key, Unit.id)
    ).all()


def carried_on_by(unit: Unit) -> Sequence[Unit]:
    """Return the ended units that this one succeeds, latest first."""
    in_part = select(UnitSuccessor.unit_id).where(UnitSuccessor.successor_id == unit.id)
    return db.session.scalars(
        select(Unit)
        .where(or_(Unit.successor_id == unit.id, Unit.id.in_(in_part)))
        .order_by(Unit.valid_to.desc(), Unit.sort_key, Unit.id)
        .limit(CARRIED_ON_LIMIT)
    ).all()


def successors_of(unit: Unit) -> list[Unit]:
    """Return the units that succeed an ended one, the one that carries on its channel first."""
    further = select(UnitSuccessor.successor_id).where(UnitSuccessor.unit_id == unit.id)
    found = db.session.scalars(
        select(Unit).where(or_(Unit.id == unit.successor_id, Unit.id.in_(further)))
    )
    return sorted(found, key=lambda each: (each.id != unit.successor_id, each.sort_key))


def posts_of_unit(unit_id: UUID, day: date) -> Sequence[Post]:
    """Return the posts of a unit: heads first, then by level and title."""
    return db.session.scalars(
        select(Post)
        .where(Post.unit_id == unit_id, in_force(Post, day))
        .order_by(Post.is_head.desc(), Post.level, Post.sort_key, Post.id)
    ).all()


def administrations_of(agency_id: UUID) -> Sequence[Administration]:
    """Return an agency's current and proposed administrations, oldest first."""
    return db.session.scalars(
        select(Administration)
        .where(Administration.agency_id == agency_id, Administration.ended_at.is_(None))
        .order_by(Administration.proposed_at)
    ).all()


def posts_with_roles(post_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these posts have a role now or later, or are the deputy of one."""
    rows = db.session.execute(
        select(Administration.post_id, Administration.deputy_post_id).where(
            or_(Administration.post_id.in_(post_ids), Administration.deputy_post_id.in_(post_ids)),
            Administration.ended_at.is_(None),
            or_(Administration.until.is_(None), Administration.until > clock.now()),
        )
    )
    return {each for row in rows for each in row if each} & set(post_ids)


def mandates_of(agency_id: UUID) -> Sequence[Administration]:
    """Return mandates over other agencies that posts of this agency hold or are offered."""
    return db.session.scalars(
        select(Administration)
        .join(Post, Post.id == Administration.post_id)
        .where(
            Post.agency_id == agency_id,
            Administration.agency_id != agency_id,
            Administration.ended_at.is_(None),
        )
        .order_by(Administration.proposed_at)
    ).all()
