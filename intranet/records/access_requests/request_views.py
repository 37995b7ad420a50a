"""Pages of requests for access: the list, a new one, its settings, its packages, its reasons."""

from datetime import timedelta
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.administration.admin.blueprint import administrator
from intranet.administration.admin.typed_choices import find_person
from intranet.delivery.files.serving import send
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import again, flashing, refused_form
from intranet.platform.core.templating import LANGUAGE_NAMES
from intranet.records.access_requests import queries
from intranet.records.access_requests.access import (
    get_asked_request,
    get_notice,
    get_request,
    require_officer,
)
from intranet.records.access_requests.blueprint import PREFIX, bp
from intranet.records.access_requests.forms import DelayForm, ReasonForm, RequestForm, TextForm
from intranet.records.access_requests.labels import FAULTS, access_kinds
from intranet.records.access_requests.models import AccessKind, AccessRequest, PackageState
from intranet.records.access_requests.operations.exporting import (
    KEPT_FOR,
    faults_of,
    get_package,
    request_package,
)
from intranet.records.access_requests.operations.redacting import (
    add_reason,
    begin_reasons,
    end_reason,
    get_redaction,
    hide_everywhere,
)
from intranet.records.access_requests.operations.requests import (
    PRIVATE_FOR,
    answer_private,
    ask_for_private,
    close_request,
    delay_telling,
    hide_authors,
    last_delay,
    open_request,
    take_request,
)
from intranet.records.access_requests.outgoing import Outgoing

USUAL_TERM = timedelta(days=30)


@bp.get(PREFIX)
@administrator
def index(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the open requests by their due day, and those that were closed."""
    open_ones = queries.open_requests(agency.id)
    closed = queries.closed_requests(agency.id)
    ids = [row.id for row in (*open_ones, *closed)]
    return render_template(
        "records/access_requests/index.html",
        open=open_ones,
        closed=closed,
        counts=queries.counts_of_all(ids),
        today=clock.today(agency.time_zone),
        kinds=access_kinds(),
    )


@bp.get(f"{PREFIX}/new")
@administrator
def new(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """Show the form of a new request."""
    due_on = clock.today(agency.time_zone) + USUAL_TERM
    stored = {
        "kind": AccessKind.TRANSPARENCY.value,
        "due_on": due_on.isoformat(),
        "language": agency.language,
    }
    return render_template(
        "records/access_requests/new.html",
        kinds=access_kinds(),
        languages=LANGUAGE_NAMES,
        **refused_form(stored),
    )


@bp.post(f"{PREFIX}/new")
@again(new)
@administrator
def create(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Open a request."""
    form = RequestForm.parse(request.form)
    is_own = form.kind == AccessKind.OWN and form.subject
    made = open_request(
        actor,
        agency,
        kind=form.kind,
        asker=form.asker,
        matter=form.matter,
        due_on=form.due_on,
        language=form.language,
        subject=find_person(agency, form.subject, "subject") if is_own else None,
    )
    return redirect(url_for(".show", code=agency.code, request_id=made.id), 303)


@bp.get(f"{PREFIX}/<uuid:request_id>")
@administrator
def show(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Lead the officer in charge to what is unread; show others what the request is about."""
    asked = get_request(actor, agency, request_id)
    is_reading = asked.officer_id == actor.id and not asked.closed_at
    if is_reading and (following := queries.next_unread(asked)):
        return redirect(
            url_for(".read", code=agency.code, request_id=asked.id, finding_id=following.id), 303
        )
    if is_reading and not queries.counts_of(asked).total:
        return redirect(url_for(".find", code=agency.code, request_id=asked.id), 303)
    return settings(code=agency.code, request_id=request_id)


@bp.get(f"{PREFIX}/<uuid:request_id>/package")
@administrator
def settings(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Show what is in the way of a package, the packages made, and what can be set."""
    asked = get_request(actor, agency, request_id)
    in_charge = asked.officer_id == actor.id and not asked.closed_at
    outgoing = Outgoing.of(asked) if in_charge else None
    packages = queries.packages_of(asked)
    return render_template(
        "records/access_requests/package.html",
        asked=asked,
        in_charge=in_charge,
        counts=queries.counts_of(asked),
        hidden=queries.hidden_by_reason(asked),
        searches=queries.searches_of(asked),
        packages=packages,
        is_making=any(row.state == PackageState.MAKING for row in packages),
        PackageState=PackageState,
        faults=faults_of(outgoing) if outgoing else [],
        left=outgoing.left() if outgoing else [],
        outgoing=outgoing,
        fault_names=FAULTS,
        kinds=access_kinds(),
        kept_days=KEPT_FOR.days,
        last_delay=last_delay(asked),
        people_number=queries.people_to_tell(asked),
        **refused_form(),
    )


@bp.post(f"{PREFIX}/<uuid:request_id>/package")
@administrator
def export(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Have a package made in the background."""
    asked = get_request(actor, agency, request_id)
    with flashing(_("The package is being made. You can leave this page.")):
        request_package(actor, asked, with_envelope=request.form.get("envelope") == "1")
    return _back(asked)


@bp.get(f"{PREFIX}/<uuid:request_id>/packages/<uuid:package_id>")
@administrator
def download(actor: Person, agency: Agency, request_id: UUID, package_id: UUID) -> Response:
    """Send a package to the officer in charge."""
    return send(get_package(actor, get_request(actor, agency, request_id), package_id))


@bp.post(f"{PREFIX}/<uuid:request_id>/left")
@administrator
def hide_left(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Hide, wherever they are left, the words of a redaction, or of all of them."""
    asked = get_request(actor, agency, request_id)
    require_officer(actor, asked)
    chosen = request.form.get("redaction", "")
    rows = {str(each.redaction.id) for each in Outgoing.of(asked).left()}
    for row_id in rows & {chosen} if chosen else rows:
        hide_everywhere(actor, get_redaction(asked, UUID(row_id)))
    flash(_("Hidden everywhere in this request. Decide anew on what was changed by it."), "ok")
    return _back(asked)


@bp.post(f"{PREFIX}/<uuid:request_id>/settings")
@administrator
def change(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Take charge, close, or choose whether authors are named, as `do` says."""
    asked = get_request(actor, agency, request_id)
    do = request.form.get("do")
    if do == "take":
        with flashing(_("You are now in charge of this request.")):
            take_request(actor, asked)
    elif do == "close":
        with flashing(_("The request is closed.")):
            close_request(actor, asked)
        return redirect(url_for(".index", code=agency.code), 303)
    elif do in {"hide_authors", "show_authors"}:
        with flashing(_("Saved.")):
            hide_authors(actor, asked, hides=do == "hide_authors")
    return _back(asked)


@bp.post(f"{PREFIX}/<uuid:request_id>/delay")
@again(settings)
@administrator
def delay(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Tell people later that they were read."""
    asked = get_request(actor, agency, request_id)
    form = DelayForm.parse(request.form)
    delay_telling(actor, asked, form.delay_until, form.delay_reason)
    flash(_("People will be told after that day."), "ok")
    return _back(asked)


@bp.post(f"{PREFIX}/<uuid:request_id>/private")
@again(settings)
@administrator
def ask_private(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Ask a second person to agree that direct messages are searched."""
    asked = get_request(actor, agency, request_id)
    ask_for_private(actor, asked, TextForm.parse(request.form).private_reason)
    flash(_("A second person has been asked to agree."), "ok")
    return _back(asked)


@bp.get("/admin/<code>/access-approvals/<uuid:request_id>")
@administrator
def approval(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Show a second person what is asked: to read direct messages, and why."""
    return render_template(
        "records/access_requests/approval.html",
        asked=get_asked_request(actor, agency, request_id),
        kinds=access_kinds(),
        agreed_days=PRIVATE_FOR.days,
    )


@bp.post("/admin/<code>/access-approvals/<uuid:request_id>")
@administrator
def approve(actor: Person, agency: Agency, request_id: UUID) -> ResponseReturnValue:
    """Agree or refuse."""
    agrees = request.form.get("do") == "agree"
    answer_private(actor, agency, request_id, agrees=agrees)
    flash(
        _("You agreed. The audit log names you.") if agrees else _("You refused. Nothing is read."),
        "ok",
    )
    return redirect(url_for("admin.index"), 303)


@bp.get(f"{PREFIX}/reasons")
@administrator
def reasons(actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the reasons for which the agency hides words."""
    return render_template(
        "records/access_requests/reasons.html",
        reasons=begin_reasons(actor, agency),
        **refused_form(),
    )


@bp.post(f"{PREFIX}/reasons")
@again(reasons)
@administrator
def add(actor: Person, agency: Agency) -> ResponseReturnValue:
    """Add a reason, or end one that `end` names."""
    ended = request.form.get("end", type=UUID)
    if ended:
        end_reason(actor, agency, ended)
    else:
        form = ReasonForm.parse(request.form)
        add_reason(actor, agency, form.name, form.article)
    return redirect(url_for(".reasons", code=agency.code), 303)


@bp.get("/access-requests/<uuid:request_id>")
@signed_in
def notice(person: Person, request_id: UUID) -> ResponseReturnValue:
    """Tell a person for which request something of theirs was read."""
    told = get_notice(person, request_id)
    return render_template(
        "records/access_requests/notice.html",
        told=told,
        asked=queries.request_with_agency(request_id),
        kinds=access_kinds(),
    )


def _back(asked: AccessRequest) -> ResponseReturnValue:
    return redirect(url_for(".settings", code=asked.agency.code, request_id=asked.id), 303)
