"""Refusals over HTTP: a page for browsers, a fragment for htmx, problem+json for REST clients."""

import logging

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from intranet.platform.core.database import GONE
from intranet.platform.core.errors import (
    SERVER_ERROR_STATUS,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Refusal,
    SignInRequired,
    TooLarge,
    TooMany,
    Unavailable,
)
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import wants_fragment

log = logging.getLogger(__name__)


class BadRequest(Refusal):
    """The request itself cannot be parsed."""

    status = 400
    title = _l("The request could not be read")
    words = _l("Part of the request is missing or damaged. Go back, reload the page and try again.")


class PageTooOld(Refusal):
    """The page that sent this belongs to an earlier sign-in."""

    status = 400
    title = _l("This page has expired")
    words = _l("You have signed in again since the page was loaded. Reload it. Your text is safe.")


class MethodNotAllowed(Problem):
    """The address exists, but does not accept this method."""

    status = 405
    title = _l("This action is not possible here")
    words = _l(
        "The page address exists, but cannot be used in this way. Go back and "
        "use the buttons on the page."
    )


class ServerFault(Problem):
    """A server error, shown as a page."""

    words = _l(
        "The error is on our side and has been logged. Saved work is safe. If you were "
        "writing, go back: your text is still there."
    )


class NoSuchPart(Refusal):
    """The requested range lies beyond the end of the file."""

    status = 416
    title = _l("This part of the file does not exist")
    words = _l("The requested part is beyond the end of the file. Reload the file.")


class MediaType(Refusal):
    """The media type of the body is not accepted here."""

    status = 415
    title = _l("Unsupported format")
    words = _l("This type of content is not accepted here.")


BY_STATUS: dict[int, type[Problem]] = {
    kind.status: kind
    for kind in (
        BadRequest,
        SignInRequired,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        TooLarge,
        MediaType,
        NoSuchPart,
        Unavailable,
    )
}


def init_app(app: Flask) -> None:
    """Register the error handlers for every refusal and every server error."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(CSRFError, lambda _error: answer(PageTooOld()))
    app.register_error_handler(HTTPException, _from_werkzeug)
    for gone in GONE:
        app.register_error_handler(gone, _database_gone)
    app.register_error_handler(Exception, _fault)


def wants_json() -> bool:
    """Return whether the request came to the REST interface rather than from a browser."""
    return request.path.startswith("/api/")


def answer(problem: Problem) -> ResponseReturnValue:
    """Render a refusal as a page, a fragment or problem+json."""
    if wants_json():
        response = jsonify(problem.as_json())
        response.mimetype = "application/problem+json"
    elif wants_fragment():
        response = Response(render_template("platform/core/_problem.html", problem=problem))
    else:
        # After a server error the page must not query the database for its reader.
        template = (
            "platform/core/fault.html"
            if problem.status >= SERVER_ERROR_STATUS
            else "platform/core/problem.html"
        )
        response = Response(render_template(template, problem=problem))
    response.status_code = problem.status
    if problem.status == SignInRequired.status and wants_json():
        response.headers["WWW-Authenticate"] = _challenge()
    response.headers.update(problem.headers)
    return response


def _challenge() -> str:
    """Return the challenge for REST clients, and whether their token is invalid (RFC 6750)."""
    error = ', error="invalid_token"' if "Authorization" in request.headers else ""
    return f'Bearer realm="intranet"{error}'


def _from_werkzeug(error: HTTPException) -> ResponseReturnValue:
    status = error.code or SERVER_ERROR_STATUS
    if status < 400:  # noqa: PLR2004 - redirects of the router are answers
        return error
    if status == TooMany.status:
        return answer(TooMany(int(getattr(error, "retry_after", 0) or 10)))
    if status == Invalid.status:
        return answer(Invalid({}))
    kind = BY_STATUS.get(status) or type("Other", (Problem,), {"status": status})
    response = answer(kind())
    if isinstance(response, Response):
        told = dict(error.get_headers())
        for name in ("Allow", "Content-Range"):
            if name in told:
                response.headers[name] = told[name]
    return response


def _database_gone(error: SQLAlchemyError) -> ResponseReturnValue:
    log.error("database: %s in %s", type(error).__name__, request.endpoint)
    reads = request.method in ("GET", "HEAD")
    return answer(Unavailable(_l("The server did not answer. Try again.") if reads else None))


def _fault(error: Exception) -> ResponseReturnValue:
    log.error("fault in %s", request.endpoint, exc_info=error)
    if wants_json() or wants_fragment():
        return answer(Problem())
    return answer(ServerFault())
