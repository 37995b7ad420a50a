"""Standing rules that name an ended unit name the units that succeed it from then on."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.messaging.spaces.audience import ATOMS_LIMIT, Atom, Audience
from intranet.messaging.spaces.audience_keys import key_of
from intranet.messaging.spaces.membership import apply_rules
from intranet.messaging.spaces.models import AudienceAtom, Space, SpaceKind
from intranet.messaging.spaces.operations import write_atoms
from intranet.organisation.agencies.events import UnitsSucceeded
from intranet.platform.core.unit_of_work import unit_of_work

Successors = Mapping[UUID, Sequence[UUID]]
"""The units that succeed each ended one, the main one first."""


def successors_in(event: UnitsSucceeded) -> dict[UUID, tuple[UUID, ...]]:
    """Return the units that an event names, by the ended unit."""
    return {each.unit_id: each.successor_ids for each in event.successions}


def follow_successions(event: UnitsSucceeded) -> None:
    """Let the rules of groups name the successors of units that end.

    Their members are computed at the end of the transaction, when every unit has its place.
    """
    successors = successors_in(event)
    named = select(AudienceAtom.space_id).where(AudienceAtom.key.in_(_keys(successors)))
    groups = select(Space).where(Space.id.in_(named), Space.kind == SpaceKind.GROUP)
    with unit_of_work() as work:
        for group in db.session.scalars(groups.order_by(Space.id)).all():
            audience = succeeded(Audience.parse(group.audience or {}), successors)
            group.audience = audience.as_json()
            db.session.execute(delete(AudienceAtom).where(AudienceAtom.space_id == group.id))
            write_atoms(work, group, audience)
            work.gather(_apply, [group.id])


def succeeded(audience: Audience, successors: Successors) -> Audience:
    """Return an audience in which the successors of ended units take their places.

    Of a unit that was split all successors do, unless there would be too many conditions.
    """
    every = [_succeeded(atoms, successors) for atoms in (audience.any, audience.excepted)]
    if max(map(len, every)) > ATOMS_LIMIT:
        main = {unit_id: ids[:1] for unit_id, ids in successors.items()}
        every = [_succeeded(atoms, main) for atoms in (audience.any, audience.excepted)]
    return Audience(any=every[0], **{"except": every[1]})


def _succeeded(atoms: Sequence[Atom], successors: Successors) -> list[Atom]:
    found = [each for atom in atoms for each in _heirs(atom, successors)]
    return list({key_of(atom): atom for atom in found}.values())


def _heirs(atom: Atom, successors: Successors) -> Iterator[Atom]:
    """Yield the conditions that take the place of one; itself if its unit goes on."""
    place = "unit" if atom.unit else "heads"
    unit_id = atom.unit or atom.heads
    if unit_id is None or unit_id not in successors:
        yield atom
        return
    for successor_id in successors[unit_id]:
        yield atom.model_copy(update={place: successor_id})


def _keys(successors: Successors) -> list[str]:
    return [
        key_of(Atom(**{place: unit_id, "subtree": below}))
        for unit_id in successors
        for place in ("unit", "heads")
        for below in (False, True)
    ]


def _apply(space_ids: frozenset[UUID]) -> None:
    with unit_of_work() as work:
        apply_rules(work, db.session.scalars(select(Space).where(Space.id.in_(space_ids))).all())
