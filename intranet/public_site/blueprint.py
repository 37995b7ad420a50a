"""The frame of what strangers are shown: their language, how much they may ask, what is kept."""

import hashlib
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from intranet.config import LANGUAGES
from intranet.organisation.accounts.access import ask_nobody
from intranet.platform.core.errors import NotFound, Problem, TooMany
from intranet.public_site.limits import Allowance
from intranet.public_site.refusals import Gone, Paused

bp = Blueprint("showcase", __name__)

SECONDS = 60
"""So long an answer may be kept on the way: what is taken off is gone everywhere after it."""
ALLOWANCE = "showcase_allowance"


@bp.record_once
def set_up(state: Any) -> None:
    """Give each application an allowance of its own."""
    state.app.extensions[ALLOWANCE] = Allowance()


@bp.before_request
def begin() -> None:
    """Read no cookie: the language is the address's, else the browser's."""
    ask_nobody()
    g.language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    current_app.extensions[ALLOWANCE].enter(request.remote_addr or "")
    g.showcase_served = True


@bp.teardown_request
def end(_error: BaseException | None) -> None:
    """Let the next one in."""
    if g.pop("showcase_served", False):
        current_app.extensions[ALLOWANCE].leave()


@bp.after_request
def let_keep(response: Response) -> Response:
    """Say for how long it may be kept, and that it differs by language."""
    response.headers.setdefault("Cache-Control", f"public, max-age={SECONDS}")
    response.vary.add("Accept-Language")
    return response


@bp.errorhandler(Problem)
def refuse(problem: Problem) -> ResponseReturnValue:
    """A refusal as a page without any way into the house."""
    paused = problem if isinstance(problem, Paused) else None
    page = render_template("public_site/problem.html", problem=problem, paused=paused)
    response = Response(page, status=problem.status)
    if paused:
        response.headers.update(paused.headers)
    if isinstance(problem, TooMany):
        response.headers["Retry-After"] = str(problem.retry_after)
    if not isinstance(problem, NotFound | Gone | Paused):
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.errorhandler(HTTPException)
def refuse_address(error: HTTPException) -> ResponseReturnValue:
    """What else is refused, as a part of a file that is not there, in the words of the protocol."""
    return refuse(NotFound()) if error.code == NotFound.status else error


def answer(body: str, mimetype: str, changed_at: datetime | None = None) -> Response:
    """An answer that need not be sent again to who has it."""
    response = Response(body, mimetype=mimetype)
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:20])
    if changed_at:
        response.last_modified = changed_at
    response.make_conditional(request)
    return response


def data(body: str, mimetype: str, changed_at: datetime | None = None) -> Response:
    """The same for data that pages and programs of others may read."""
    response = answer(body, mimetype, changed_at)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
