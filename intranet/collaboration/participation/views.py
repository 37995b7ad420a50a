"""The page of participation."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.collaboration.participation.page import participation_context
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person

bp = Blueprint("participation", __name__)


@bp.get("/participate")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Show what waits for the person first, then the latest of all kinds in one list."""
    context = participation_context(person, request.args.get("of", ""))
    return render_template("collaboration/participation/index.html", **context)
