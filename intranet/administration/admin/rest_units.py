"""REST: the units of an administered agency."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from pydantic import Field
from sqlalchemy import select

from intranet.administration.admin.access import get_unit
from intranet.administration.admin.responses import AdminUnitResponse
from intranet.administration.admin.rest import (
    Texts,
    administrator,
    bp,
    changing,
    list_by_name,
    merged,
    words,
)
from intranet.administration.admin.serializers import unit_json
from intranet.administration.admin.typed_choices import matches_words
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.agencies.operations import units as operations
from intranet.organisation.people.models import Person
from intranet.platform.core.parsing import Form, Line
from intranet.platform.core.rest import body, described, idempotent, version_in, with_version
from intranet.platform.core.types import Localized


class NewUnit(Form):
    """A unit to create; its code is derived from the name if none is given."""

    names: Texts
    parent_id: UUID
    code: Annotated[Line, Field(min_length=1, max_length=40)] | None = None


class UnitChange(Form):
    """Changes to a unit. `valid_to` ends it; its posts and subunits move to the successor."""

    names: Texts | None = None
    parent_id: UUID | None = None
    valid_to: date | None = None
    successor_id: UUID | None = None


@bp.get("/units")
@described(list[AdminUnitResponse], query=("agency", "q", "limit", "cursor"))
@administrator
def units(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List every unit, ended ones included, by name."""
    found = select(Unit).where(
        Unit.agency_id == agency.id, matches_words(words(), Unit.sort_key, Unit.code)
    )
    return list_by_name(found, Unit, Unit.sort_key, lambda rows: [unit_json(row) for row in rows])


@bp.post("/units")
@described(AdminUnitResponse, form=NewUnit, query=("agency",))
@administrator
def create_unit(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Create a unit, with its channel."""
    form = NewUnit.parse_exactly(body())

    def create() -> tuple[dict[str, Any], int]:
        parent = get_unit(agency, form.parent_id)
        made = operations.create_unit(actor, parent, Localized(form.names), code=form.code)
        return unit_json(made), 201

    return idempotent(actor.id, create, version=version_in)


@bp.get("/units/<uuid:unit_id>")
@described(AdminUnitResponse, query=("agency",))
@administrator
def unit(_actor: Person, agency: Agency, unit_id: UUID) -> ResponseReturnValue:
    """Return a unit."""
    found = get_unit(agency, unit_id)
    return with_version(unit_json(found), found.version)


@bp.patch("/units/<uuid:unit_id>")
@described(AdminUnitResponse, form=UnitChange, query=("agency",))
@administrator
def change_unit(actor: Person, agency: Agency, unit_id: UUID) -> ResponseReturnValue:
    """Rename, move or end a unit; a field that is not given stays as it is."""
    form = UnitChange.parse_exactly(body())
    found = get_unit(agency, unit_id)
    with changing(agency, found):
        if form.names is not None:
            operations.rename_unit(actor, found, merged(form.names, found.name))
        if form.parent_id:
            operations.move_unit(actor, found, get_unit(agency, form.parent_id))
        if form.valid_to:
            successor = get_unit(agency, form.successor_id) if form.successor_id else None
            operations.end_unit(actor, found, form.valid_to, successor=successor)
    return with_version(unit_json(found), found.version)
