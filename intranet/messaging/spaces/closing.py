"""Close the spaces of ended units; the people of the unit that carries on may read them.

What was written there stays. If no unit carries on, the heads of the unit above read it.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.audience_keys import key_of
from intranet.messaging.spaces.events import SpacesClosed
from intranet.messaging.spaces.models import AudienceAtom, Space, SpaceKind
from intranet.messaging.spaces.operations import write_atoms
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import Work


def close_ended(work: Work, units: Collection[Unit]) -> list[Space]:
    """Close the spaces of those `units` that have ended, and let their successors read them.

    Spaces of earlier units that an ended unit had taken over are passed on too.

    Returns:
        the spaces whose audience has changed; their membership rows still follow the old one.
    """
    changed: list[Space] = []
    closed = []
    for unit in units:
        space = db.session.scalar(select(Space).where(Space.unit_id == unit.id))
        if space is None or space.archived_at or not _has_ended(unit):
            continue
        work.lock(space)
        space.archived_at = clock.now()
        closed.append(space.id)
        changed += _pass_on(work, unit)
    if closed:
        work.publish(SpacesClosed(tuple(closed)))
    return changed


def units_to_close() -> Sequence[Unit]:
    """List the units whose last day has come and whose spaces are still open."""
    latest = clock.today("Europe/Madrid")
    return db.session.scalars(
        select(Unit)
        .join(Space, Space.unit_id == Unit.id)
        .where(Space.archived_at.is_(None), Unit.valid_to <= latest)
        .order_by(Unit.path.desc())  # deepest first
    ).all()


def carrier_of(space: Space) -> Unit | None:
    """Return the unit whose people, or whose heads, read a closed space."""
    atoms = Audience.parse(space.audience).any if space.audience else []
    carriers = (unit_id for atom in atoms if (unit_id := atom.unit or atom.heads))
    unit_id = next(carriers, None)
    return db.session.get(Unit, unit_id) if unit_id else None


def _has_ended(unit: Unit) -> bool:
    """Return whether the unit's last day has come and nothing is left in it."""
    today = clock.today(unit.agency.time_zone)
    if unit.parent_id is None or unit.valid_to is None or unit.valid_to > today:
        return False
    below = aliased(Unit)
    goes_on = or_(below.valid_to.is_(None), below.valid_to > today)
    left = or_(
        exists().where(Post.unit_id == unit.id, in_force(Post, today, ahead=True)),
        exists().where(below.parent_id == unit.id, goes_on),
    )
    return not db.session.scalar(select(left))


def _pass_on(work: Work, unit: Unit) -> list[Space]:
    """Pass the spaces that this unit's people read on to the unit that succeeds it."""
    whole, heads = Atom(unit=unit.id, subtree=True), Atom(heads=unit.id)
    instead = Atom(heads=_above(unit))
    heirs = {key_of(whole): instead, key_of(heads): instead}
    if unit.successor_id:
        heirs = {
            key_of(whole): Atom(unit=unit.successor_id, subtree=True),
            key_of(heads): Atom(heads=unit.successor_id),
        }
    rows = db.session.execute(
        select(AudienceAtom.key, Space)
        .join(Space, Space.id == AudienceAtom.space_id)
        .where(AudienceAtom.key.in_(heirs), Space.kind == SpaceKind.UNIT)
    ).all()
    for key, space in rows:
        audience = Audience(any=[heirs[key]])
        space.audience = audience.as_json()
        db.session.execute(delete(AudienceAtom).where(AudienceAtom.space_id == space.id))
        write_atoms(work, space, audience)
    return [space for _key, space in rows]


def _above(unit: Unit) -> UUID:
    """Return the nearest existing unit above."""
    today = clock.today(unit.agency.time_zone)
    above = {
        row.id: row
        for row in db.session.scalars(select(Unit).where(Unit.id.in_(unit.ancestor_ids[:-1])))
    }
    for unit_id in reversed(unit.ancestor_ids[1:-1]):
        if above[unit_id].is_in_force(today):
            return unit_id
    return unit.ancestor_ids[0]
