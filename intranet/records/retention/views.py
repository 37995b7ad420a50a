"""Pages of retention: rules, the dry run, the file plan and the runs."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intranet.administration.admin.blueprint import administrator
from intranet.administration.admin.blueprint import frame as admin_frame
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.admin.typed_choices import FieldSuggestion
from intranet.delivery.files.request_files import sent_file
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import flashing
from intranet.platform.core.spreadsheet import BEGINNING
from intranet.records.holds.access import knows_all_holds, may_read_held, require_keeper
from intranet.records.holds.rooms import suggested_rooms
from intranet.records.retention import operations, preview
from intranet.records.retention.forms import RuleForm
from intranet.records.retention.kinds import WITHOUT_SPACE, content_kinds
from intranet.records.retention.models import (
    FilePlan,
    RetentionHalt,
    RetentionRule,
    RetentionRun,
)
from intranet.records.retention.plan_files import read_plan
from intranet.records.retention.scope import classes_in_force, plan_in_force

bp = Blueprint("retention", __name__)
MAX_RUNS, MAX_ENDED, MAX_PLANS = 20, 20, 20


@bp.context_processor
def frame() -> dict[str, object]:
    """Return the frame of administration."""
    return admin_frame()


@bp.get("/admin/<code>/retention")
@administrator
def index(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the rules, with what waits for a second person first."""
    asked = select(RetentionRule).where(RetentionRule.agency_id == agency.id)
    rules = db.session.scalars(
        asked.where(RetentionRule.ended_at.is_(None)).order_by(RetentionRule.proposed_at.desc())
    ).all()
    ended = asked.where(RetentionRule.ended_at.is_not(None))
    newest = ended.order_by(RetentionRule.ended_at.desc()).limit(MAX_ENDED)
    return render_template(
        "records/retention/index.html",
        here="rules",
        rules=rules,
        ended=db.session.scalars(newest).all(),
        **_common(actor, agency),
    )


@bp.get("/admin/<code>/retention/new")
@administrator
def new(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form of a rule."""
    require_keeper(actor, agency)
    return render_template(
        "records/retention/new.html",
        filled=filled(suggested={"how": "days", "kind": "channel"}),
        **_common(actor, agency),
    )


@bp.post("/admin/<code>/retention/new")
@again(new)
@administrator
def propose(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Propose a rule."""
    require_keeper(actor, agency)
    rule = operations.propose_rule(actor, agency, RuleForm.parse(request.form).terms(agency))
    flash(_("Proposed. Nothing is removed until a second person sets it in force."), "ok")
    return redirect(url_for(".dry_run", code=agency.code, rule=rule.id), 303)


@bp.get("/admin/<code>/retention/spaces")
@administrator
def spaces(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Return the names of spaces as options of a field's list."""
    require_keeper(actor, agency)
    typed = printable(next(iter(request.args.values()), ""), 80)
    found = [FieldSuggestion(name) for name in suggested_rooms(agency, typed)] if typed else []
    return render_template("administration/admin/_options.html", options=found)


@bp.post("/admin/<code>/retention/rules/<uuid:rule_id>")
@administrator
def decide(actor: Person, agency: Agency, rule_id: UUID) -> ResponseReturnValue:
    """Set a rule in force, ask for its end, or answer that."""
    rule = _rule(agency, rule_id)
    match request.form.get("do"):
        case "approve":
            with flashing(_("The rule is in force. It is applied once a day.")):
                operations.approve_rule(actor, rule)
        case "end":
            asked = rule.approved_at is not None
            done = _("A second person has to agree to the end.") if asked else _("Withdrawn.")
            with flashing(done):
                operations.ask_end(actor, rule)
        case "agree":
            with flashing(_("The rule has ended.")):
                operations.answer_end(actor, rule, agrees=True)
        case "keep":
            with flashing(_("The rule stays in force.")):
                operations.answer_end(actor, rule, agrees=False)
    return redirect(url_for(".index", code=agency.code), 303)


@bp.get("/admin/<code>/retention/dry-run")
@administrator
def dry_run(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show what the rules would remove now, also a proposed one that the address names."""
    rule = _waiting(agency, request.args.get("rule", ""))
    return render_template(
        "records/retention/dry_run.html",
        here="dry_run",
        proposed=rule,
        effects=preview.effects(actor, agency, [rule] if rule else []),
        **_common(actor, agency),
    )


@bp.get("/admin/<code>/retention/dry-run.csv")
@administrator
def dry_run_csv(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Send the dry run as CSV, by conversation."""
    titles = [_("Rule"), _("Content"), _("Where"), _("Number"), _("Oldest")]
    lines = preview.as_csv(actor, agency, content_kinds(), titles)
    name = f"retention-{agency.handle}-{clock.today(agency.time_zone):%Y-%m-%d}.csv"
    return Response(
        BEGINNING + "".join(lines),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/admin/<code>/retention/plan")
@administrator
def plan(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the file plan in force, the versions that wait, and the earlier ones."""
    asked = select(FilePlan).where(FilePlan.agency_id == agency.id)
    versions = asked.order_by(FilePlan.number.desc()).limit(MAX_PLANS)
    rows = db.session.scalars(versions.options(selectinload(FilePlan.classes))).all()
    shown = next((row for row in rows if str(row.number) == request.args.get("version")), None)
    return render_template(
        "records/retention/plan.html",
        here="plan",
        current=plan_in_force(agency.id),
        shown=shown,
        versions=rows,
        filled=filled(),
        **_common(actor, agency),
    )


@bp.post("/admin/<code>/retention/plan")
@again(plan)
@administrator
def import_plan(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Import a version of the file plan."""
    require_keeper(actor, agency)
    file = sent_file()
    stored = operations.store_plan(actor, agency, file.filename or "", read_plan(file.stream))
    flash(_("Imported. It applies when a second person sets it in force."), "ok")
    return redirect(url_for(".plan", code=agency.code, version=stored.number), 303)


@bp.post("/admin/<code>/retention/plan/<uuid:file_plan_id>")
@administrator
def approve_plan(actor: Person, agency: Agency, file_plan_id: UUID) -> ResponseReturnValue:
    """Set a version of the file plan in force."""
    found = db.session.get(FilePlan, file_plan_id)
    if found is None or found.agency_id != agency.id:
        raise NotFound
    with flashing(_("This version of the file plan is in force.")):
        operations.approve_plan(actor, found)
    return redirect(url_for(".plan", code=agency.code), 303)


@bp.get("/admin/<code>/retention/runs")
@administrator
def runs(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the latest runs, with the progress of one that goes on."""
    asked = select(RetentionRun).where(RetentionRun.agency_id == agency.id)
    rows = db.session.scalars(asked.order_by(RetentionRun.began_at.desc()).limit(MAX_RUNS)).all()
    ids = {UUID(key) for run in rows for key in run.removed}
    titles = db.session.execute(
        select(RetentionRule.id, RetentionRule.title).where(RetentionRule.id.in_(ids))
    )
    return render_template(
        "records/retention/runs.html",
        here="runs",
        runs=rows,
        knows_all_holds=knows_all_holds(actor, agency),
        titles={str(row.id): row.title for row in titles},
        **_common(actor, agency),
    )


@bp.post("/admin/<code>/retention/halt")
@administrator
def halt(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Stop all removal at once, or let it go on."""
    if request.form.get("do") == "go_on":
        with flashing(_("Removal goes on by the rules in force.")):
            operations.let_go_on(actor, agency)
    else:
        with flashing(_("Stopped. Nothing is removed until you let it go on.")):
            operations.halt(actor, agency)
    return redirect(url_for(".runs", code=agency.code), 303)


def _common(actor: Person, agency: Agency) -> dict[str, object]:
    return {
        "kinds": content_kinds(),
        "without_space": WITHOUT_SPACE,
        "classes": classes_in_force(agency.id),
        "halted": db.session.get(RetentionHalt, agency.id),
        "keeps": actor.may(Act.KEEP_RECORDS, agency.id),
        "approves": actor.may(Act.APPROVE_RETENTION, agency.id, by_own_post=True),
        "knows_holds": may_read_held(actor, agency),
        "actor": actor,
    }


def _rule(agency: Agency, rule_id: UUID) -> RetentionRule:
    """Return a rule of the agency.

    Raises:
        NotFound: there is none.
    """
    rule = db.session.get(RetentionRule, rule_id)
    if rule is None or rule.agency_id != agency.id:
        raise NotFound
    return rule


def _waiting(agency: Agency, named: str) -> RetentionRule | None:
    """Return the proposed rule of the agency that an address names, if there is one."""
    try:
        rule = _rule(agency, UUID(named))
    except (ValueError, NotFound):
        return None
    return rule if rule.approved_at is None and rule.ended_at is None else None
