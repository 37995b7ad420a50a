"""Pages on which changes are added to a plan, corrected, removed, and the last act is undone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator
from intranet.administration.admin.filled_form import (
    Filled,
    again,
    filled,
    languages_of,
    localized_values,
)
from intranet.administration.admin.typed_choices import post_text
from intranet.administration.reorganisation.access import get_change, get_plan_of
from intranet.administration.reorganisation.blueprint import bp
from intranet.administration.reorganisation.change_forms import (
    near_units,
    part_count,
    read_change,
    stored_values,
    unit_options,
)
from intranet.administration.reorganisation.change_words import ICONS, kind_names
from intranet.administration.reorganisation.changes import PARTS_LIMIT, spec_of
from intranet.administration.reorganisation.chart import ChartUnit
from intranet.administration.reorganisation.last_act import LastAct, remember
from intranet.administration.reorganisation.last_act import undo_last_act as undo_act
from intranet.administration.reorganisation.models import Plan, PlanChange, PlanChangeKind
from intranet.administration.reorganisation.operations import (
    add_change,
    change_change,
    remove_change,
)
from intranet.administration.reorganisation.plan_page import PlanPage
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import Form
from intranet.platform.core.refused import flashing
from intranet.platform.core.web import wants_fragment


class PlanChangeForm(Form):
    """The kind of a change, and the version of it that the person read."""

    kind: PlanChangeKind
    version: int = 0


@bp.get("/<code>/reorganisations/<uuid:plan_id>/changes/new")
@administrator
def new_change(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Show the form for a change; without a kind, the kinds to choose from."""
    found = get_plan_of(actor, agency, plan_id)
    kind = _kind()
    page = PlanPage(found)
    if kind is None:
        return render_template(
            "administration/reorganisation/kinds.html",
            page=page,
            plan=found,
            kinds=kind_names(),
            icons=ICONS,
        )
    return _form(agency, page, kind, filled(suggested=_suggested(agency, page)))


@bp.post("/<code>/reorganisations/<uuid:plan_id>/changes")
@again(new_change)
@administrator
def create_change(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Add a change at the end of a plan."""
    found = get_plan_of(actor, agency, plan_id)
    if request.form.get("do") == "parts":
        return _more_parts(agency, PlanPage(found), None)
    kind = PlanChangeForm.parse(request.form).kind
    change = add_change(actor, found, read_change(agency, kind, request.form))
    remember(found, LastAct("added", change.position - 1))
    return _back(agency, found, _("The change was added."))


@bp.get("/<code>/reorganisations/<uuid:plan_id>/changes/<uuid:change_id>")
@administrator
def change(actor: Person, agency: Agency, plan_id: UUID, change_id: UUID) -> ResponseReturnValue:
    """Show the form of a change."""
    found = get_plan_of(actor, agency, plan_id)
    row = get_change(found, change_id)
    spec = spec_of(row)
    stored = {**stored_values(spec, agency), "kind": spec.kind, "version": str(row.version)}
    return _form(agency, PlanPage(found), spec.kind, filled(stored), row)


@bp.post("/<code>/reorganisations/<uuid:plan_id>/changes/<uuid:change_id>")
@again(change)
@administrator
def save_change(
    actor: Person, agency: Agency, plan_id: UUID, change_id: UUID
) -> ResponseReturnValue:
    """State a change anew, unless somebody else has done so meanwhile."""
    found = get_plan_of(actor, agency, plan_id)
    row = get_change(found, change_id)
    if request.form.get("do") == "parts":
        return _more_parts(agency, PlanPage(found), row)
    former = spec_of(row)
    spec = read_change(agency, row.kind, request.form, former)
    version = PlanChangeForm.parse(request.form, kind=row.kind).version
    change_change(actor, row, spec, version=version)
    remember(found, LastAct("changed", change_id=row.id, spec=former))
    return _back(agency, found, _("The change was saved."))


@bp.post("/<code>/reorganisations/<uuid:plan_id>/changes/<uuid:change_id>/removal")
@administrator
def drop_change(
    actor: Person, agency: Agency, plan_id: UUID, change_id: UUID
) -> ResponseReturnValue:
    """Remove a change from a plan."""
    found = get_plan_of(actor, agency, plan_id)
    row = get_change(found, change_id)
    act = LastAct("removed", row.position, spec=spec_of(row))
    with flashing(_("The change was removed.")):
        remove_change(actor, row)
        remember(found, act)
    return _back(agency, found)


@bp.post("/<code>/reorganisations/<uuid:plan_id>/last-act")
@administrator
def undo_last_act(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Undo what the person did last to a plan."""
    found = get_plan_of(actor, agency, plan_id)
    with flashing(_("Your last step was undone.")):
        undo_act(actor, found)
    return _back(agency, found)


@bp.get("/<code>/reorganisations/<uuid:plan_id>/units/<uuid:unit_id>")
@administrator
def unit(actor: Person, agency: Agency, plan_id: UUID, unit_id: UUID) -> ResponseReturnValue:
    """Show what can be done to a unit and to its posts; to htmx, the menu of the unit."""
    found = get_plan_of(actor, agency, plan_id)
    page = PlanPage(found)
    known = page.reading.after.units.get(unit_id)
    if known is None:
        raise NotFound
    name = "_unit_menu.html" if wants_fragment() else "unit.html"
    return render_template(
        f"administration/reorganisation/{name}",
        page=page,
        plan=found,
        unit=known,
        posts=page.posts_of(unit_id),
        changes=[line for line in page.lines if _concerns(page, line.change.id, unit_id)],
    )


def _concerns(page: PlanPage, change_id: UUID, unit_id: UUID) -> bool:
    return any(each.id == change_id for each in page.reading.marks.get(unit_id, ()))


def _form(
    agency: Agency,
    page: PlanPage,
    kind: PlanChangeKind,
    form: Filled,
    row: PlanChange | None = None,
) -> ResponseReturnValue:
    chart = page.reading.after
    unit_id = _uuid(form["unit"])
    # A unit that a stored change ends is whole only in the chart before it.
    charts = (page.reading.before, chart) if row else (chart,)
    found = next((each.units[unit_id] for each in charts if unit_id in each.units), None)
    chosen = request.form.getlist("units") if request.form else _chosen(row, unit_id)
    source = page.reading.before if row and kind in ENDING else chart
    near, others = near_units(source, found)
    return render_template(
        "administration/reorganisation/change.html",
        page=page,
        plan=page.plan,
        kind=kind,
        kinds=kind_names(),
        unit=found,
        filled=form,
        row=row,
        options=_options(page, kind, found),
        near=near,
        others=others,
        chosen=set(chosen),
        tags=languages_of(None, agency.languages),
        part_count=part_count(form.values),
        parts_limit=PARTS_LIMIT,
        **_inside(page, kind, found),
    )


ENDING = {PlanChangeKind.MERGE, PlanChangeKind.SPLIT, PlanChangeKind.DISSOLVE}


def _options(page: PlanPage, kind: PlanChangeKind, unit: ChartUnit | None) -> list[tuple[str, str]]:
    """Return the units that can be chosen: none below the one that moves, none that ends."""
    inside = kind in (PlanChangeKind.MOVE, *ENDING) and unit is not None
    return unit_options(page.reading.after, without=unit.id if inside and unit else None)


def _inside(page: PlanPage, kind: PlanChangeKind, unit: ChartUnit | None) -> dict[str, Any]:
    """Return the posts and units that a split divides."""
    if kind != PlanChangeKind.SPLIT or unit is None:
        return {"posts": [], "units": []}
    chart = page.reading.before if unit.id in page.reading.before.units else page.reading.after
    return {
        "posts": chart.posts_by_unit().get(unit.id, []),
        "units": chart.children().get(unit.id, []),
    }


def _chosen(row: PlanChange | None, unit_id: UUID | None) -> list[str]:
    if row is not None:
        return [str(each) for each in spec_of(row).units]
    return [str(unit_id)] if unit_id else []


def _suggested(agency: Agency, page: PlanPage) -> Mapping[str, str]:
    """Return the first values of a new change: of the unit or post in the address."""
    chart = page.reading.after
    values = {"unit": request.args.get("unit", ""), "parent": request.args.get("parent", "")}
    unit_id = _uuid(values["unit"])
    if found := chart.units.get(unit_id) if unit_id else None:
        values |= {"parent": str(found.parent_id or ""), "into": ""}
        if _kind() == PlanChangeKind.RENAME:
            values |= localized_values("name", found.name, agency.languages)
        if _kind() == PlanChangeKind.FOUND:
            values["parent"] = str(found.id)
    post_id = _uuid(request.args.get("post", ""))
    if post_id and post_id in chart.posts:
        values |= {"post": post_text(db.session.get(Post, post_id)), "post_id": str(post_id)}
        values["is_head"] = "0" if chart.posts[post_id].is_head else "1"
    return values


def _more_parts(agency: Agency, page: PlanPage, row: PlanChange | None) -> ResponseReturnValue:
    """Show the form of a split again, with fields for one more part."""
    values = request.form.to_dict()
    values["parts"] = str(part_count(values) + 1)
    return _form(agency, page, PlanChangeKind.SPLIT, Filled(values), row)


def _back(agency: Agency, found: Plan, done: str = "") -> ResponseReturnValue:
    if done:
        flash(done, "ok")
    name = ".changes" if request.values.get("from") == "list" else ".plan"
    return redirect(url_for(name, code=agency.code, plan_id=found.id), 303)


def _kind() -> PlanChangeKind | None:
    try:
        return PlanChangeKind(request.values.get("kind", ""))
    except ValueError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
