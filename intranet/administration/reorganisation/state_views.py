"""Pages on which a plan is scheduled, made a draft again, applied, undone, renamed, discarded."""

from collections.abc import Callable
from datetime import date
from typing import Literal
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.reorganisation import operations
from intranet.administration.reorganisation.access import get_plan_of
from intranet.administration.reorganisation.blueprint import bp
from intranet.administration.reorganisation.models import Plan
from intranet.administration.reorganisation.plan_page import PlanPage
from intranet.administration.reorganisation.undoing import undo, undo_until
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import Form
from intranet.platform.core.refused import flashing

Asked = Literal["apply", "discard", "undo"]


class PlanVersionForm(Form):
    """The version of the plan that the person read."""

    version: int


class PlanDayForm(PlanVersionForm):
    """The day from which a plan applies."""

    day: date


@bp.post("/<code>/reorganisations/<uuid:plan_id>/schedule")
@administrator
def schedule(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Schedule a plan for the beginning of a day."""
    found = get_plan_of(actor, agency, plan_id)
    with flashing(_("The plan is scheduled.")):
        form = PlanDayForm.parse(request.form)
        operations.schedule(actor, found, form.day, version=form.version)
    return _back(agency, found, request.form.get("day", "")[:10])


@bp.post("/<code>/reorganisations/<uuid:plan_id>/draft")
@administrator
def make_draft(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Make a scheduled plan a draft again."""
    found = get_plan_of(actor, agency, plan_id)
    with flashing(_("The plan is a draft again.")):
        version = PlanVersionForm.parse(request.form).version
        operations.unschedule(actor, found, version=version)
    return _back(agency, found)


@bp.get("/<code>/reorganisations/<uuid:plan_id>/name")
@administrator
def name(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Show the form for the name of a plan."""
    found = get_plan_of(actor, agency, plan_id)
    stored = {"name": found.name, "version": str(found.version)}
    return render_template(
        "administration/reorganisation/name.html", plan=found, filled=filled(stored)
    )


@bp.post("/<code>/reorganisations/<uuid:plan_id>/name")
@again(name)
@administrator
def rename(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Give a plan another name."""
    found = get_plan_of(actor, agency, plan_id)
    version = PlanVersionForm.parse(request.form).version
    operations.rename_plan(actor, found, request.form.get("name", ""), version=version)
    flash(_("Saved."), "ok")
    return _back(agency, found)


@bp.get("/<code>/reorganisations/<uuid:plan_id>/<any(apply, discard, undo):act>")
@administrator
def asking(actor: Person, agency: Agency, plan_id: UUID, act: Asked) -> ResponseReturnValue:
    """Ask whether a plan is to be applied now, discarded, or undone as a whole."""
    found = get_plan_of(actor, agency, plan_id)
    return render_template(
        "administration/reorganisation/asking.html",
        plan=found,
        page=PlanPage(found),
        act=act,
        undo_until=undo_until(found),
        filled=filled({"version": str(found.version)}),
    )


@bp.post("/<code>/reorganisations/<uuid:plan_id>/<any(apply, discard, undo):act>")
@again(asking)
@administrator
def answer(actor: Person, agency: Agency, plan_id: UUID, act: Asked) -> ResponseReturnValue:
    """Apply a plan now, discard it, or undo it as a whole."""
    found = get_plan_of(actor, agency, plan_id)
    version = PlanVersionForm.parse(request.form).version
    done = {
        "apply": (_apply, _("The plan is being applied.")),
        "discard": (_discard, _("The plan was discarded.")),
        "undo": (_undo, _("The plan was undone. Everything is as it was.")),
    }
    do, said = done[act]
    do(actor, found, version)
    flash(said, "ok")
    if act == "discard":
        return redirect(url_for(".index", code=agency.code), 303)
    return _back(agency, found)


Do = Callable[[Person, Plan, int], None]


def _apply(actor: Person, found: Plan, version: int) -> None:
    operations.apply_now(actor, found, version=version)


def _discard(actor: Person, found: Plan, version: int) -> None:
    operations.discard_plan(actor, found, version=version)


def _undo(actor: Person, found: Plan, _version: int) -> None:
    undo(actor, found)


def _back(agency: Agency, found: Plan, day: str = "") -> ResponseReturnValue:
    here = url_for(".plan", code=agency.code, plan_id=found.id, day=day or None)
    return redirect(here, 303)
