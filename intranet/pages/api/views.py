"""The OpenAPI description of the REST interface, and a page to read it."""

from collections.abc import Iterator

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed

from intranet.organisation.accounts.access import current_identity, signed_in
from intranet.organisation.people.models import Person
from intranet.pages.api.openapi import description
from intranet.platform.core.errors import NotFound
from intranet.platform.core.rest import PREFIX, RestDescription, check_call

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

bp = Blueprint("api", __name__, url_prefix=PREFIX)


@bp.before_app_request
def refuse_unknown() -> None:
    """Refuse unknown query parameters, once the caller is identified."""
    described = description_of_call()
    if described and current_identity():
        check_call(described)


def description_of_call() -> RestDescription | None:
    """Return the description of the call that the request makes, if it has one."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "__rest__", None)


@bp.get("/openapi.json")
@signed_in
def openapi(_person: Person) -> ResponseReturnValue:
    """Return the description as OpenAPI 3.1."""
    return jsonify(description(current_app))


@bp.get("/docs")
@signed_in
def docs(_person: Person) -> ResponseReturnValue:
    """Show the description as a page."""
    return render_template("pages/api/docs.html", described=description(current_app))


@bp.route("/<path:anything>", methods=METHODS)
@signed_in
def nothing(_person: Person, anything: str) -> ResponseReturnValue:  # noqa: ARG001 - passed by the router
    """Answer 404 for a missing address; for a wrong method, list the allowed ones."""
    if allowed := list(_allowed()):
        raise MethodNotAllowed(valid_methods=allowed)
    raise NotFound


def _allowed() -> Iterator[str]:
    """Yield the methods that a call accepts at this address."""
    if (router := current_app.create_url_adapter(request)) is None:
        return
    for method in METHODS:
        rule, _arguments = router.match(method=method, return_rule=True)
        if rule.endpoint != request.endpoint:
            yield method
