"""Close the spaces of ended units: nobody who could read what was written there loses it.

A closed space is read from the posts that were in the unit when it ended, wherever they go; by
the people whose posts ended with it, while they hold another post in the agency; by those invited;
and by the unit that carries on, or without one by the heads of the unit above.
"""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.audience_keys import key_of
from intranet.messaging.spaces.events import SpacesClosed
from intranet.messaging.spaces.models import AudienceAtom, Space, SpaceKind
from intranet.messaging.spaces.queries import space_of_unit
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.history.placing import posts_in_at_end
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import in_parts
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import Work


def close_ended(work: Work, units: Collection[Unit]) -> list[Space]:
    """Close the spaces of those `units` that have ended, and let their successors read them.

    Spaces of earlier units that an ended unit had taken over are passed on too.

    Returns:
        the spaces whose audience has changed; their membership rows still follow the old one.
    """
    changed: list[Space] = []
    closed = [
        (unit, space)
        for unit in units
        if (space := space_of_unit(unit.id)) and not space.archived_at and _has_ended(unit)
    ]
    posts = posts_in_at_end([unit for unit, _space in closed])
    for unit, space in closed:
        work.lock(space)
        space.archived_at = clock.now()
        changed += _pass_on(work, unit)
        _keep_readers(work, space, unit, posts[unit.id])
    if closed:
        work.publish(SpacesClosed(tuple(space.id for _unit, space in closed)))
    return changed


def units_to_close(agency_ids: Collection[UUID] | None = None) -> Sequence[Unit]:
    """List the units whose last day has come and whose spaces are still open.

    Args:
        agency_ids: only units of these agencies.
    """
    latest = clock.today("Europe/Madrid")
    found = (
        select(Unit)
        .join(Space, Space.unit_id == Unit.id)
        .where(Space.archived_at.is_(None), Unit.valid_to <= latest)
        .order_by(Unit.path.desc())  # deepest first
    )
    if agency_ids is not None:
        found = found.where(Unit.agency_id.in_(agency_ids))
    return db.session.scalars(found).all()


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
    if carrier_id := _carrier(unit):
        heirs = {
            key_of(whole): Atom(unit=carrier_id, subtree=True),
            key_of(heads): Atom(heads=carrier_id),
        }
    rows = db.session.execute(
        select(AudienceAtom, Space)
        .join(Space, Space.id == AudienceAtom.space_id)
        .where(AudienceAtom.key.in_(heirs), Space.kind == SpaceKind.UNIT)
    ).all()
    for atom, space in rows:
        heir = heirs[atom.key]
        space.audience = Audience(any=[heir]).as_json()
        work.delete(atom)
        work.add(AudienceAtom(space_id=space.id, key=key_of(heir), is_exception=False))
    work.flush()
    return [space for _atom, space in rows]


def _keep_readers(work: Work, space: Space, unit: Unit, post_ids: Collection[UUID]) -> None:
    """Add to the rule of a space the posts that were in its unit, and people who lost theirs."""
    today = clock.today(unit.agency.time_zone)
    keys = set()
    for some in in_parts(post_ids):
        for post in db.session.scalars(select(Post).where(Post.id.in_(some))):
            if post.valid_to is None or post.valid_to > today:
                keys.add(key_of(Atom(post=post.id)))
            else:
                keys |= {key_of(Atom(person=each)) for each in _last_holders(post)}
    work.add(*(AudienceAtom(space_id=space.id, key=key, is_exception=False) for key in keys))
    work.flush()


def _last_holders(post: Post) -> Iterator[UUID]:
    """Return the people who held an ended post on its last day."""
    yield from db.session.scalars(
        select(Appointment.person_id).where(
            Appointment.post_id == post.id,
            Appointment.starts_on <= post.valid_to,
            or_(Appointment.ends_on.is_(None), Appointment.ends_on >= post.valid_to),
        )
    )


def _carrier(unit: Unit) -> UUID | None:
    """Return the unit that carries on an ended one, past successors that have ended as well."""
    today = clock.today(unit.agency.time_zone)
    passed = {unit.id}
    found = db.session.get(Unit, unit.successor_id) if unit.successor_id else None
    while found and not found.takes_more(today) and found.successor_id not in {None, *passed}:
        passed.add(found.id)
        found = db.session.get(Unit, found.successor_id)
    return found.id if found else None


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
