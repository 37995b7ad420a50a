"""Pages of the report of an announcement: confirmations, reminders, the spreadsheet."""

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import current_person, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _, ngettext
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import again, refusal
from intranet.platform.core.rest import name_cursor
from intranet.platform.core.web import current_language
from intranet.publishing.announcements.access import get_scope, scope_of
from intranet.publishing.announcements.forms import (
    MAX_QUERY_CHARACTERS,
    ListForm,
    PaperForm,
    RemindForm,
)
from intranet.publishing.announcements.labels import way_words
from intranet.publishing.announcements.operations.recording import record_on_paper, undo_on_paper
from intranet.publishing.announcements.operations.reminding import remind, remind_all
from intranet.publishing.announcements.queries import UnconfirmedFilter
from intranet.publishing.announcements.report import report_context
from intranet.publishing.announcements.spreadsheet import spreadsheet
from intranet.publishing.publications.models import Publication

bp = Blueprint("announcements", __name__)


@bp.app_context_processor
def reports() -> dict[str, object]:
    """Let templates ask whether the viewer may see the report of a publication."""

    def may_report(publication: Publication) -> bool:
        viewer = current_person()
        return viewer is not None and scope_of(viewer, publication) is not None

    return {"may_report": may_report}


@bp.get("/p/<uuid:publication_id>/report")
@signed_in
def report(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the report: all of it to writers of the announcement, their own people to heads."""
    scope = get_scope(person, publication_id)
    asked = _wanted_by_form() if refusal() else _wanted()
    return render_template(
        "publishing/announcements/report.html",
        **report_context(
            person, scope, asked, clock.now(), with_later=request.args.get("later") == "1"
        ),
        cursor=request.values.get("cursor", ""),
        problem=refusal(),
        ways=way_words(),
    )


@bp.post("/p/<uuid:publication_id>/remind")
@again(report)
@signed_in
def remind_chosen(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Remind the chosen people, or everyone in the filtered list."""
    scope = get_scope(person, publication_id)
    form = RemindForm.parse(request.form)
    number = (
        remind_all(person, scope.publication, form.wanted())
        if form.everybody
        else remind(person, scope.publication, form.person)
    )
    if number:
        flash(ngettext("%(num)s person reminded.", "%(num)s people reminded.", number), "ok")
    else:
        flash(
            _("No reminders were sent. Everyone has confirmed or has already been reminded today."),
            "",
        )
    return _back(publication_id, form)


@bp.post("/p/<uuid:publication_id>/report.csv")
@signed_in
def export(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Download the report as a spreadsheet; the audit log records it."""
    scope = get_scope(person, publication_id)
    publication = scope.publication
    record(
        "report.export",
        agency_id=publication.agency_id,
        actor_id=person.id,
        subject=("publication", publication_id),
    )
    name = f"report-{clock.today(publication.agency.time_zone):%Y-%m-%d}.csv"
    scope = get_scope(person, publication_id)
    return Response(
        "".join(spreadsheet(scope, current_language(), clock.now())),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.post("/p/<uuid:publication_id>/paper")
@again(report)
@signed_in
def paper(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Record that a person confirmed on paper."""
    scope = get_scope(person, publication_id)
    form = PaperForm.parse(request.form)
    record_on_paper(person, scope.publication, *form.ids())
    flash(_("Confirmation recorded. You can undo this within a day."), "ok")
    return _back(publication_id, form)


@bp.post("/p/<uuid:publication_id>/paper/undo")
@again(report)
@signed_in
def undo_paper(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Undo a confirmation on paper that was recorded by mistake."""
    scope = get_scope(person, publication_id)
    form = PaperForm.parse(request.form)
    undo_on_paper(person, scope.publication, *form.ids())
    flash(_("Undone."), "ok")
    return _back(publication_id, form)


def _wanted() -> UnconfirmedFilter:
    """Read the filter from the address."""
    return UnconfirmedFilter(
        unit_id=request.args.get("unit", type=UUID),
        only_absent=request.args.get("show") == "absent",
        words=printable(request.args.get("q", ""), MAX_QUERY_CHARACTERS),
        after=name_cursor(),
    )


def _wanted_by_form() -> UnconfirmedFilter:
    """Read the filter from a form that was refused."""
    try:
        return ListForm.parse(request.form).wanted()
    except Invalid:
        return UnconfirmedFilter()


def _back(publication_id: UUID, form: ListForm) -> ResponseReturnValue:
    narrowed: dict[str, Any] = dict(form.address())
    there = url_for(".report", publication_id=publication_id, **narrowed)
    return redirect(there, 303)
