"""The page on which changes are added to a plan from a file."""

from io import BytesIO
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator
from intranet.administration.admin.filled_form import again, filled
from intranet.administration.reorganisation.access import get_plan_of
from intranet.administration.reorganisation.blueprint import bp
from intranet.administration.reorganisation.file_words import template
from intranet.administration.reorganisation.last_act import LastAct, remember
from intranet.administration.reorganisation.models import Plan
from intranet.administration.reorganisation.operations import add_changes
from intranet.administration.reorganisation.plan_files import ReadFile, read_file
from intranet.administration.reorganisation.queries import changes_of
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l, ngettext

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<code>/reorganisations/template")
@administrator
def file_template(_actor: Person, _agency: Agency) -> ResponseReturnValue:
    """Download a spreadsheet with the columns of a file of changes."""
    return Response(
        template(),
        mimetype=SPREADSHEET,
        headers={"Content-Disposition": 'attachment; filename="reorganisation.xlsx"'},
    )


@bp.get("/<code>/reorganisations/<uuid:plan_id>/file")
@administrator
def file(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Show the form for a file of changes."""
    return _page(get_plan_of(actor, agency, plan_id))


def _page(found: Plan, read: ReadFile | None = None) -> str:
    """Return the page, with what was wrong in each line of the file that was just sent."""
    return render_template(
        "administration/reorganisation/file.html",
        plan=found,
        count=len(changes_of(found.id)),
        read=read,
        filled=filled(),
    )


@bp.post("/<code>/reorganisations/<uuid:plan_id>/file")
@again(file)
@administrator
def send_file(actor: Person, agency: Agency, plan_id: UUID) -> ResponseReturnValue:
    """Add the changes of a file, all of them or, if asked to, those that could be read."""
    found = get_plan_of(actor, agency, plan_id)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid({"file": _l("Choose a file.")})
    read = read_file(agency, BytesIO(sent.read()))
    takes_rest = request.form.get("partly") == "1"
    if not read.specs or (read.faults and not takes_rest):
        return _page(found, read), Invalid.status
    instead = request.form.get("instead") == "1"
    before = changes_of(found.id)
    add_changes(actor, found, read.specs, instead=instead)
    if not instead:
        remember(found, LastAct("added", before[-1].position if before else 0))
    count = len(read.specs)
    flash(ngettext("%(num)s change was added.", "%(num)s changes were added.", count), "ok")
    return redirect(url_for(".plan", code=agency.code, plan_id=found.id), 303)
