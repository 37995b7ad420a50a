"""The page of a person's own note about a reorganisation."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from intranet.administration.reorganisation.notes import note_for
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound

bp = Blueprint("reorganisation_note", __name__)


@bp.get("/reorganisations/<uuid:plan_id>")
@signed_in
def show(person: Person, plan_id: UUID) -> ResponseReturnValue:
    """Show what a plan changed for the person; 404 if it did not concern them."""
    note = note_for(person, plan_id)
    if note is None:
        raise NotFound
    return render_template("administration/reorganisation/note.html", note=note)
