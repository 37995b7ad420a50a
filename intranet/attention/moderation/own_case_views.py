"""Pages of decisions on the person's content, their appeals, and their reports."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.attention.moderation import queries
from intranet.attention.moderation.access import get_decided, moderates_anything
from intranet.attention.moderation.forms import ModerationTextForm
from intranet.attention.moderation.labels import (
    OUTCOME_TONES,
    SUBJECT_ICONS,
    outcome_names,
    reason_names,
    subject_names,
)
from intranet.attention.moderation.models import Case, Report
from intranet.attention.moderation.operations.appealing import appeal, require_appealable
from intranet.attention.moderation.view_models import author_of, own_text, place_of
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import again, refused_form

bp = Blueprint("moderation_mine", __name__)


@bp.get("/moderation/mine")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List the decisions and the reports, the latest first."""
    return render_template(
        "attention/moderation/mine.html",
        cases=[(case, place_of(case)) for case in queries.about(person)],
        reports=[_reported(row) for row in queries.reported_by(person)],
        moderates=moderates_anything(person),
        **_words(),
    )


@bp.get("/moderation/mine/<uuid:case_id>")
@signed_in
def show(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Show a decision on the person's content, and how to appeal."""
    found = get_decided(person, case_id)
    return render_template(
        "attention/moderation/decision.html",
        case=found,
        place=place_of(found),
        text=own_text(found),
        may_appeal=found.appeal is None and _is_appealable(found),
        **refused_form(),
        **_words(),
    )


@bp.post("/moderation/mine/<uuid:case_id>/appeal")
@again(show)
@signed_in
def send_appeal(person: Person, case_id: UUID) -> ResponseReturnValue:
    """Appeal against a decision."""
    found = get_decided(person, case_id)
    appeal(person, found, ModerationTextForm.parse(request.form).words)
    flash(_("Appeal sent. Someone else will review it, and you will be notified."), "ok")
    return redirect(url_for(".show", case_id=case_id), 303)


def _reported(row: Report) -> tuple[Report, str, str]:
    """Return a report with the author and place, as far as readers may know them."""
    hidden = author_of(row.case)
    return row, hidden or row.case.author.name, "" if hidden else place_of(row.case)


def _is_appealable(found: Case) -> bool:
    try:
        require_appealable(found)
    except Forbidden:
        return False
    return True


def _words() -> dict[str, object]:
    return {
        "reason_names": reason_names(),
        "outcome_names": outcome_names(),
        "subject_names": subject_names(),
        "icons": SUBJECT_ICONS,
        "tones": OUTCOME_TONES,
    }
