"""Pages for units: browse from the root or search; create, rename, move and end them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from intranet.administration.admin import queries
from intranet.administration.admin.access import get_unit
from intranet.administration.admin.blueprint import administrator, bp
from intranet.administration.admin.filled_form import (
    Filled,
    again,
    filled,
    languages_of,
    localized_fields,
    localized_values,
)
from intranet.administration.admin.paging import page_of
from intranet.administration.admin.typed_choices import find_unit, unit_text
from intranet.extensions import db
from intranet.organisation.agencies.access import require_version
from intranet.organisation.agencies.locks import lock_organisation
from intranet.organisation.agencies.models import Agency, Unit
from intranet.organisation.agencies.operations import units as operations
from intranet.organisation.agencies.operations.agencies import NAME_LIMIT, root_unit
from intranet.organisation.agencies.queries import ancestors, in_force, subtree
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import heads_of_units
from intranet.organisation.people.unit_members import count_in_subtree
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import EmptyIsNone, Form, Line, printable
from intranet.platform.core.unit_of_work import unit_of_work


class UnitForm(Form):
    """The fields of a unit besides its names."""

    parent: Annotated[Line, Field(max_length=300)] = ""
    code: Annotated[Annotated[Line, Field(max_length=40)] | None, EmptyIsNone] = None
    version: int = 0


class EndUnitForm(Form):
    """The fields by which a unit ends."""

    last_day: date
    successor: Annotated[Line, Field(max_length=300)] = ""
    version: int = 0


@bp.get("/<code>/units")
@administrator
def units(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the units directly below a unit, at first the root, or those that match the search."""
    typed = printable(request.args.get("q", ""), 80)
    root = root_unit(agency)
    under = _under(agency) or root
    only_headless = request.args.get("headless") == "1"
    found = queries.units(agency, typed, under=under, only_headless=only_headless)
    page = page_of(found, get_unit, agency, Unit.sort_key)
    shown = [unit.id for unit in page.rows]
    return render_template(
        "administration/admin/units.html",
        page=page,
        typed=typed,
        only_headless=only_headless,
        trail=[] if typed or only_headless else ancestors(under),
        under=under,
        heads=heads_of_units([*shown, under.id], clock.now()),
        posts=queries.posts_in_units(agency, [*shown, under.id]),
        below=queries.units_below(agency, shown),
    )


@bp.get("/<code>/units/new")
@administrator
def new_unit(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form for a new unit."""
    parent = _under(agency) or root_unit(agency)
    return _form(agency, None, filled(suggested={"parent": unit_text(parent)}))


@bp.post("/<code>/units/new")
@again(new_unit)
@administrator
def create_unit(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Create a unit."""
    form = UnitForm.parse(request.form)
    name = localized_fields("name", agency.languages, NAME_LIMIT)
    parent = find_unit(agency, form.parent, "parent")
    operations.create_unit(actor, parent, name, code=form.code)
    flash(_("The unit and its channel have been created."), "ok")
    return redirect(url_for(".units", code=agency.code, under=parent.id), 303)


@bp.get("/<code>/units/<uuid:unit_id>")
@administrator
def unit(_actor: Person, agency: Agency, unit_id: UUID) -> ResponseReturnValue:
    """Show the form of a unit."""
    found = get_unit(agency, unit_id)
    return _form(agency, found, filled(_stored(found)))


@bp.post("/<code>/units/<uuid:unit_id>")
@again(unit)
@administrator
def change_unit(actor: Person, agency: Agency, unit_id: UUID) -> ResponseReturnValue:
    """Rename a unit, or move it below another unit."""
    found = get_unit(agency, unit_id)
    form = UnitForm.parse(request.form)
    name = localized_fields("name", languages_of(found.name, agency.languages), NAME_LIMIT)
    parent = find_unit(agency, form.parent, "parent")
    with unit_of_work() as work:
        lock_organisation(work, agency, found)
        require_version(found.version, form.version)
        if name != found.name:
            operations.rename_unit(actor, found, name)
        operations.move_unit(actor, found, parent)
    flash(_("Saved."), "ok")
    return redirect(url_for(".units", code=agency.code, under=found.parent_id), 303)


@bp.get("/<code>/units/<uuid:unit_id>/end")
@administrator
def ending_unit(_actor: Person, agency: Agency, unit_id: UUID) -> ResponseReturnValue:
    """Ask when a unit ends and which unit succeeds it."""
    found = get_unit(agency, unit_id)
    today = clock.today(agency.time_zone)
    below = subtree(found.path) & in_force(Unit, today) & (Unit.id != found.id)
    return render_template(
        "administration/admin/unit_end.html",
        unit=found,
        filled=filled({"version": str(found.version)}, suggested={"last_day": today.isoformat()}),
        people=count_in_subtree(found, clock.now()),
        below=db.session.query(Unit).where(below).count(),
        posts=queries.posts_in_units(agency, [found.id]).get(found.id, 0),
    )


@bp.post("/<code>/units/<uuid:unit_id>/end")
@again(ending_unit)
@administrator
def end_unit(actor: Person, agency: Agency, unit_id: UUID) -> ResponseReturnValue:
    """End a unit."""
    found = get_unit(agency, unit_id)
    form = EndUnitForm.parse(request.form)
    successor = find_unit(agency, form.successor, "successor") if form.successor else None
    operations.end_unit(actor, found, form.last_day, successor=successor, version=form.version)
    flash(_("Unit ended. Its posts have moved to the unit that is taking over its work."), "ok")
    return redirect(url_for(".units", code=agency.code, under=found.parent_id), 303)


def _form(agency: Agency, found: Unit | None, form: Filled) -> str:
    return render_template(
        "administration/admin/unit.html",
        unit=found,
        filled=form,
        tags=languages_of(found.name if found else None, agency.languages),
    )


def _stored(found: Unit) -> dict[str, str]:
    return {
        **localized_values("name", found.name, found.agency.languages),
        "parent": unit_text(db.session.get(Unit, found.parent_id) if found.parent_id else None),
        "version": str(found.version),
    }


def _under(agency: Agency) -> Unit | None:
    under = request.args.get("under", type=UUID)
    return get_unit(agency, under) if under else None
