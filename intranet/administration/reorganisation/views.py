"""Pages of reorganisations: the plans of an agency, a plan side by side, and as a list."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.reorganisation import (  # noqa: F401 - each registers its pages
    change_views,
    consequence_views,
    file_views,
    state_views,
)
from intranet.administration.reorganisation.access import get_plan_of
from intranet.administration.reorganisation.blueprint import bp
from intranet.administration.reorganisation.change_words import ICONS, kind_names
from intranet.administration.reorganisation.last_act import last_act
from intranet.administration.reorganisation.models import Plan, PlanState
from intranet.administration.reorganisation.operations import create_plan
from intranet.administration.reorganisation.own_gains import is_for_others
from intranet.administration.reorganisation.plan_page import (
    STATE_TONES,
    PlanPage,
    refusal_title,
    state_names,
)
from intranet.administration.reorganisation.queries import change_counts, plans_of
from intranet.administration.reorganisation.undoing import undo_until
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.own_places import SOMEONE_ELSE
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.parsing import printable
from intranet.platform.core.web import wants_fragment

__all__ = ["bp"]


@bp.get("/<code>/reorganisations")
@administrator
def index(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the plans of an agency by state; first those that can still be undone."""
    plans = plans_of(agency.id)
    until = {plan.id: at for plan in plans if (at := _undo_until(plan))}
    return render_template(
        "administration/reorganisation/index.html",
        groups=[
            ("undoable", [plan for plan in plans if plan.id in until]),
            ("scheduled", _in(plans, PlanState.SCHEDULED)),
            ("open", _in(plans, PlanState.DRAFT, PlanState.UNDONE)),
            ("applied", [each for each in _in(plans, PlanState.APPLIED) if each.id not in until]),
        ],
        has_plans=bool(plans),
        until=until,
        counts=change_counts([plan.id for plan in plans]),
        states=state_names(),
        tones=STATE_TONES,
        filled=filled(),
    )


@bp.post("/<code>/reorganisations")
@again(index)
@administrator
def create(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Begin a plan, and go to it."""
    plan = create_plan(actor, agency, request.form.get("name", ""))
    return redirect(url_for(".plan", code=agency.code, plan_id=plan.id), 303)


@bp.get("/<code>/reorganisations/<uuid:plan_id>")
@administrator
def plan(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Show a plan: today and after it side by side; what was done, once it is applied."""
    found = get_plan_of(actor, agency, plan_id)
    if "seen" in request.args and wants_fragment():
        return _news(found, request.args["seen"])
    page = PlanPage(found, printable(request.args.get("q", ""), 80))
    day = page.first_day(_day(request.args.get("day", "")))
    return render_template(
        "administration/reorganisation/plan.html",
        page=page,
        plan=found,
        side="today" if request.args.get("side") == "today" else "after",
        day=day,
        filled=filled(suggested={"day": day.isoformat()}),
        can_undo_act=page.is_open and last_act(found) is not None,
        undo_until=_undo_until(found),
        refusal_title=refusal_title(page),
        for_others=SOMEONE_ELSE if _is_for_others(actor, page) else "",
        kinds=kind_names(),
        icons=ICONS,
        states=state_names(),
        tones=STATE_TONES,
    )


def _is_for_others(actor: Person, page: PlanPage) -> bool:
    """Whether someone else has to schedule the plan, once nothing forbids it."""
    is_ready = page.is_open and not page.reading.forbids
    return is_ready and is_for_others(actor, page.reading)


@bp.get("/<code>/reorganisations/<uuid:plan_id>/changes")
@administrator
def changes(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """List the changes of a plan in their order."""
    found = get_plan_of(actor, agency, plan_id)
    page = PlanPage(found)
    only_wrong = request.args.get("only") == "wrong"
    return render_template(
        "administration/reorganisation/changes.html",
        page=page,
        plan=found,
        numbered=[each for each in page.numbered if each[1].is_wrong or not only_wrong],
        wrong=sum(line.is_wrong for line in page.lines),
        only_wrong=only_wrong,
        can_undo_act=page.is_open and last_act(found) is not None,
        states=state_names(),
        tones=STATE_TONES,
    )


def _news(found: Plan, seen: str) -> ResponseReturnValue:
    """Say on an open page who has changed the plan since the version that it shows, if somebody."""
    if seen == str(found.version):
        return "", 204
    return render_template(
        "administration/reorganisation/_news.html",
        plan=found,
        by=db.session.get(Person, found.changed_by_id) if found.changed_by_id else None,
    )


def _in(plans: Sequence[Plan], *states: PlanState) -> list[Plan]:
    return [plan for plan in plans if plan.state in states]


def _undo_until(plan: Plan) -> datetime | None:
    until = undo_until(plan)
    return until if until and until > clock.now() else None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
