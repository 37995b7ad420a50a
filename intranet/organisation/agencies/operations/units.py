"""Create, rename, move and end units."""

from datetime import date

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.agencies.access import Actor, require_version
from intranet.organisation.agencies.handles import sort_key_of, unused
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.agencies.operations.agencies import NAME_LIMIT
from intranet.organisation.agencies.operations.storing import (
    CODE_LIMIT,
    UnitRow,
    change_units,
    store_units,
)
from intranet.organisation.agencies.operations.structure import changing_structure
from intranet.organisation.agencies.operations.successions import UnitEnd, end_units, left_in
from intranet.organisation.agencies.own_places import leave_to_others, own_places, path_above
from intranet.organisation.agencies.queries import subtree
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import localized_lines, require_days
from intranet.platform.core.types import Localized

DEPTH_LIMIT = 15


def create_unit(
    actor: Actor | None,
    parent: Unit,
    name: Localized,
    *,
    code: str | None = None,
    kind: str = "unit",
    valid_from: date | None = None,
) -> Unit:
    """Create a unit below another one.

    Args:
        code: the agency's own; made from the name if not given.

    Raises:
        Forbidden: the actor does not administer the agency.
        Invalid: the code is taken, the name is invalid, or the tree would be too deep.
    """
    name = _checked_name(name)
    require_days(valid_from=valid_from)
    agency = parent.agency
    with changing_structure(actor, agency, parent):
        _check_parent(parent, depth_below=1)
        new = UnitRow(
            id=uuid7(),
            agency_id=agency.id,
            language=agency.language,
            parent_id=parent.id,
            parent_path=parent.path,
            code=_code(agency, code, name),
            name=name,
            kind=kind,
            valid_from=valid_from,
        )
        store_units([new])
        unit = db.session.get_one(Unit, new.id)
        _record("unit.create", actor, unit, parent=str(parent.id))
    return unit


def rename_unit(
    actor: Actor | None, unit: Unit, name: Localized, *, version: int | None = None
) -> Unit:
    """Rename a unit other than the root, whose names are those of the agency.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: another person changed the unit since `version`.
        Invalid: the name is invalid, or it is the root.
    """
    name = _checked_name(name)
    with changing_structure(actor, unit.agency, unit):
        require_version(unit.version, version)
        if unit.parent_id is None:
            raise Invalid({"name": _l("This unit takes its name from the agency.")})
        before = dict(unit.name)
        values = {"name": name, "sort_key": sort_key_of(name, unit.agency.language)}
        change_units({unit.id: values})
        _record("unit.rename", actor, unit, before=before, after=dict(name))
    return unit


def move_unit(actor: Actor | None, unit: Unit, parent: Unit, *, version: int | None = None) -> Unit:
    """Move a unit with its subtree below another unit of its agency.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: another person changed the unit since `version`.
        Invalid: it is the root, or the parent is below it, ended, or another agency's.
    """
    with changing_structure(actor, unit.agency, unit):
        require_version(unit.version, version)
        db.session.refresh(parent)
        if unit.parent_id is None:
            raise Invalid({"parent_id": _l("The agency itself cannot be moved.")})
        if parent.agency_id != unit.agency_id:
            raise Invalid({"parent_id": _l("Choose a unit in the same agency.")})
        if parent.path.startswith(unit.path):
            raise Invalid({"parent_id": _l("A unit cannot be placed below itself.")})
        _check_parent(parent, depth_below=1 + _height(unit))
        if parent.id == unit.parent_id:
            return unit
        own = own_places(actor, unit.agency_id)
        leave_to_others(is_bound=own.bind_unit(unit.path, parent.path))
        before = unit.parent_id
        change_units({unit.id: {"parent_id": parent.id}})
        _record("unit.move", actor, unit, before=str(before), after=str(parent.id))
    return unit


def end_unit(
    actor: Actor | None,
    unit: Unit,
    last_day: date,
    *,
    successor: Unit | None = None,
    version: int | None = None,
) -> Unit:
    """End a unit. Its posts and the units below it move to the successor at once.

    Args:
        last_day: the last day on which it exists, today at the latest.
        successor: the succeeding unit; required if posts or units remain.

    Raises:
        Forbidden: the actor does not administer the agency.
        Conflict: another person changed the unit since `version`.
        Invalid: it is the root, the day is in the future, or a post or unit would have no unit.
    """
    with changing_structure(actor, unit.agency, unit):
        require_version(unit.version, version)
        today = clock.today(unit.agency.time_zone)
        if unit.parent_id is None:
            raise Invalid({"last_day": _l("The agency itself cannot be closed here.")})
        require_days(last_day=last_day)
        if last_day > today:
            raise Invalid({"last_day": _l("Choose today’s date or an earlier one.")})
        if successor:
            db.session.refresh(successor)
            if successor.agency_id != unit.agency_id or successor.path.startswith(unit.path):
                raise Invalid({"successor_id": _l("Choose another unit in the same agency.")})
            _check_parent(successor, depth_below=_height(unit))
        elif any(left_in([unit.id], today)):
            raise Invalid(
                {"successor_id": _l("Choose a unit to take over the posts and units in this one.")}
            )
        own = own_places(actor, unit.agency_id)
        heir = successor.path if successor else None
        leave_to_others(is_bound=own.bind_end(unit.path, heir, path_above(unit.path)))
        after = successor.id if successor else None
        end_units([UnitEnd(unit_id=unit.id, last_day=last_day, successor_id=after)], today)
        _record(
            "unit.end",
            actor,
            unit,
            last_day=last_day.isoformat(),
            successor=str(after) if after else None,
        )
    return unit


def _height(unit: Unit) -> int:
    """Return how many levels there are below a unit."""
    deepest = select(func.max(func.length(Unit.path))).where(subtree(unit.path))
    return ((db.session.scalar(deepest) or len(unit.path)) - len(unit.path)) // 33


def _check_parent(parent: Unit, *, depth_below: int) -> None:
    today = clock.today(parent.agency.time_zone)
    if not parent.takes_more(today):
        raise Invalid({"parent_id": _l("This unit has ended.")})
    if parent.depth + depth_below > DEPTH_LIMIT:
        raise Invalid({"parent_id": _l("The organisation chart would have too many levels.")})


def _checked_name(name: Localized) -> Localized:
    name = localized_lines(name)
    if not name:
        raise Invalid({"name": _l("Enter some text here.")})
    if any(len(text) > NAME_LIMIT for text in name.values()):
        raise Invalid({"name": _l("Use at most %(limit)s characters.", limit=NAME_LIMIT)})
    return name


def _code(agency: Agency, code: str | None, name: Localized) -> str:
    taken = set(db.session.scalars(select(Unit.code).where(Unit.agency_id == agency.id)))
    if code is None:
        return unused(name.text(agency.language), taken, CODE_LIMIT)
    if code in taken:
        raise Invalid({"code": _l("This code is already in use.")})
    return code


def _record(act: str, actor: Actor | None, unit: Unit, **detail: object) -> None:
    record(
        act,
        agency_id=unit.agency_id,
        actor_id=actor.id if actor else None,
        subject=("unit", unit.id),
        detail=detail,
    )
