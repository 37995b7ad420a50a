"""Pages on which initiatives are found and read, and on which an agency records its use."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.initiatives import adoption_form
from intranet.collaboration.initiatives.agency_block import agency_initiatives
from intranet.collaboration.initiatives.amounts import amount
from intranet.collaboration.initiatives.filters import read_narrowing
from intranet.collaboration.initiatives.forms import UseForm
from intranet.collaboration.initiatives.listing import catalogue_context
from intranet.collaboration.initiatives.models import Initiative
from intranet.collaboration.initiatives.operations.adopting import record_adoption
from intranet.collaboration.initiatives.page import history_context, initiative_context
from intranet.collaboration.initiatives.sidebar import sidebar_of
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.agency_search import known_agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Invalid, NotFound, Unavailable
from intranet.platform.core.guard import accepts_long_text
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import again
from intranet.platform.core.rest import read_time
from intranet.publishing.publications.access import get_of_kind
from intranet.publishing.publications.page import discussion_context

bp = Blueprint("initiatives", __name__)
bp.add_app_template_global(agency_initiatives)
bp.add_app_template_filter(amount)


@bp.get("/initiatives")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Show the catalogue with its filters and its search."""
    narrowing = read_narrowing(request.args)
    before = read_time(request.args.get("before", ""))
    context = catalogue_context(person, narrowing, before)
    return render_template(
        "collaboration/initiatives/index.html", beside=sidebar_of(person), **context
    )


@bp.get("/initiatives/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show an initiative: its purpose, stage, uses and the effort they took."""
    initiative = get_of_kind(person, Initiative, publication_id)
    language, size = request.args.get("in", ""), request.args.get("size", "")
    context = initiative_context(person, initiative, language, size)
    context["discussion"] = discussion_context(person, initiative.publication, request.args)
    return render_template("collaboration/initiatives/initiative.html", **context)


@bp.get("/initiatives/<uuid:publication_id>/adoptions")
@signed_in
def ledger(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """List all records of use."""
    initiative = get_of_kind(person, Initiative, publication_id)
    context = initiative_context(person, initiative, request.args.get("in", ""))
    context |= history_context(person, initiative)
    return render_template("collaboration/initiatives/ledger.html", **context)


@bp.get("/initiatives/<uuid:publication_id>/adoption")
@signed_in
def adoption(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the form on which the person's administration says how it uses an initiative."""
    initiative = get_of_kind(person, Initiative, publication_id)
    context = adoption_form.form_context(person, initiative, request.form or request.args)
    return render_template("collaboration/initiatives/adoption.html", **context)


@bp.post("/initiatives/<uuid:publication_id>/adoption")
@again(adoption, on=(Invalid, Conflict, Unavailable))
@signed_in
@accepts_long_text
def adopt(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Record that the person's administration uses, considers or gave up an initiative."""
    initiative = get_of_kind(person, Initiative, publication_id)
    form = UseForm.parse(request.form)
    record_adoption(
        person, initiative, _agency(person, form.agency), form.told(), replaces=form.replaces
    )
    flash(_("Your entry has been recorded. The responsible post has been notified."), "ok")
    return redirect(url_for(".show", publication_id=publication_id, _anchor="uses"), 303)


def _agency(person: Person, code: str) -> Agency:
    """Return the agency that a form names.

    Raises:
        NotFound: there is no such agency of which the person may know.
    """
    if found := known_agency(person, code):
        return found
    raise NotFound
