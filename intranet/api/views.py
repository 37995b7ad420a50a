"""The description of the interface for programs, and the same for people to read."""

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from intranet.accounts.access import signed_in
from intranet.api.openapi import description
from intranet.core.errors import NotFound
from intranet.core.rest import PREFIX
from intranet.people.models import Person

bp = Blueprint("api", __name__, url_prefix=PREFIX)


@bp.get("/openapi.json")
@signed_in
def openapi(_person: Person) -> ResponseReturnValue:
    """The description as OpenAPI 3.1."""
    return jsonify(description(current_app))


@bp.get("/docs")
@signed_in
def docs(_person: Person) -> ResponseReturnValue:
    """The description to be read."""
    return render_template("api/docs.html", described=description(current_app))


@bp.route("/<path:anything>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@signed_in
def nothing(_person: Person, anything: str) -> ResponseReturnValue:  # noqa: ARG001 - the router's
    """What is not there is answered as what may not be seen."""
    raise NotFound
