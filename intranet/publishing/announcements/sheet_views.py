"""The printed sheet, with or without new one-time codes."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.publishing.announcements.access import get_scope
from intranet.publishing.announcements.operations.recording import make_codes
from intranet.publishing.announcements.printed_sheet import (
    MAX_PEOPLE,
    missing_people,
    sheet_context,
)

bp = Blueprint("announcement_sheet", __name__)


@bp.get("/p/<uuid:publication_id>/sheet")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show a sheet to print: the text, and a list to tick of the people who have to confirm."""
    scope = get_scope(person, publication_id)
    unit_id = request.args.get("unit", type=UUID)
    everybody = request.args.get("show") == "all"
    context = sheet_context(person, scope, unit_id, everybody=everybody)
    return render_template("publishing/announcements/sheet.html", **context)


@bp.post("/p/<uuid:publication_id>/sheet")
@signed_in
def with_codes(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show the sheet with a new code for each person, shown this once; older codes end."""
    scope = get_scope(person, publication_id)
    unit_id = request.form.get("unit", type=UUID)
    everybody = request.form.get("show") == "all"
    people = missing_people(scope, unit_id, everybody=everybody)[:MAX_PEOPLE]
    codes = make_codes(person, scope.publication, [one.id for one in people])
    scope = get_scope(person, publication_id)
    context = sheet_context(person, scope, unit_id, codes, everybody=everybody)
    return render_template("publishing/announcements/sheet.html", **context)
