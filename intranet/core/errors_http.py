"""Refusals over HTTP: a page for a browser, problem+json for a program."""

import logging

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from intranet.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    SignInRequired,
    TooLarge,
    TooMany,
    Unavailable,
)
from intranet.core.i18n import _l
from intranet.core.web import wants_fragment

log = logging.getLogger(__name__)


class BadRequest(Problem):
    """The request itself cannot be read."""

    status = 400
    title = _l("This could not be read")
    words = _l("The page was open for too long. Load it again; what you wrote is kept.")


BY_STATUS: dict[int, type[Problem]] = {
    400: BadRequest,
    401: SignInRequired,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    503: Unavailable,
}


def init_app(app: Flask) -> None:
    """Answer every refusal and every fault in the form that was asked for."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(CSRFError, lambda _error: answer(BadRequest()))
    app.register_error_handler(HTTPException, _from_werkzeug)
    app.register_error_handler(OperationalError, lambda _error: answer(Unavailable()))
    app.register_error_handler(Exception, _fault)


def wants_json() -> bool:
    """Whether a program asked, not a browser."""
    return request.path.startswith("/api/")


def answer(problem: Problem) -> ResponseReturnValue:
    """Render a refusal as a page, a fragment or problem+json."""
    if wants_json():
        response = jsonify(problem.as_json())
        response.mimetype = "application/problem+json"
    else:
        template = "core/_problem.html" if wants_fragment() else "core/problem.html"
        response = Response(render_template(template, problem=problem))
    response.status_code = problem.status
    if isinstance(problem, TooMany):
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def _from_werkzeug(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - redirects of the router are answers
        return error
    if status == 429:  # noqa: PLR2004 - Flask-Limiter's refusal
        return answer(TooMany(int(getattr(error, "retry_after", 0) or 10)))
    if status == 422:  # noqa: PLR2004 - by number, as the others
        return answer(Invalid({}))
    kind = BY_STATUS.get(status) or type("Other", (Problem,), {"status": status})
    return answer(kind())


def _fault(error: Exception) -> ResponseReturnValue:
    log.error("fault in %s", request.endpoint, exc_info=error)
    if wants_json():
        return answer(Problem())
    return Response(render_template("core/fault.html"), status=500)
