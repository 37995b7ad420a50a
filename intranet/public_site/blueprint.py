"""The frame of public pages: their language, rate limits, and caching."""

import hashlib
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from intranet.config import LANGUAGES
from intranet.organisation.accounts.access import treat_as_anonymous
from intranet.platform.core.errors import NotFound, Problem
from intranet.platform.core.web import answer_everybody_alike
from intranet.public_site.limits import Allowance
from intranet.public_site.refusals import Gone, Paused

bp = Blueprint("showcase", __name__)
answer_everybody_alike(bp.name)

CACHE_SECONDS = 60
"""How long caches may keep a response: removed content is gone everywhere after this time."""
ALLOWANCE = "showcase_allowance"


@bp.record_once
def set_up(state: Any) -> None:
    """Give each application its own rate limits."""
    state.app.extensions[ALLOWANCE] = Allowance()


@bp.before_request
def begin() -> None:
    """Prepare a public request: read no cookie; the language is the address's or browser's."""
    treat_as_anonymous()
    g.language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    current_app.extensions[ALLOWANCE].enter(request.remote_addr or "")
    g.showcase_served = True


@bp.teardown_request
def end(_error: BaseException | None) -> None:
    """Release the request from the rate limits."""
    if g.pop("showcase_served", False):
        current_app.extensions[ALLOWANCE].leave()


@bp.after_request
def allow_caching(response: Response) -> Response:
    """Set how long the response may be cached, and that it varies by language."""
    response.headers.setdefault("Cache-Control", f"public, max-age={CACHE_SECONDS}")
    response.vary.add("Accept-Language")
    return response


@bp.errorhandler(Problem)
def refuse(problem: Problem) -> ResponseReturnValue:
    """Return an error as a page without links into the intranet."""
    paused = problem if isinstance(problem, Paused) else None
    page = render_template("public_site/problem.html", problem=problem, paused=paused)
    response = Response(page, status=problem.status)
    response.headers.update(problem.headers)
    if not isinstance(problem, NotFound | Gone | Paused):
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(HTTPException)
def refuse_address(error: HTTPException) -> ResponseReturnValue:
    """Return an HTTP error: 404 as a public page, any other unchanged."""
    return refuse(NotFound()) if error.code == NotFound.status else error


def answer(body: str, mimetype: str, changed_at: datetime | None = None) -> Response:
    """Return a response with validators, so that an unchanged one is not sent again."""
    response = Response(body, mimetype=mimetype)
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:20])
    if changed_at:
        response.last_modified = changed_at
    response.make_conditional(request)
    return response


def data(body: str, mimetype: str, changed_at: datetime | None = None) -> Response:
    """Return a response with validators that other sites may read."""
    response = answer(body, mimetype, changed_at)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
