"""The address at which an agency's program brings people in and ends them by SCIM."""

import json
import logging

from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from intranet.organisation.identity.scim.models import ScimToken
from intranet.organisation.identity.scim.tokens import token_of
from intranet.platform.core.database import GONE
from intranet.platform.core.errors import Problem, TooMany, Unavailable
from intranet.platform.core.networks import network_of
from intranet.platform.core.rate_limits import Buckets
from intranet.platform.core.web import site_address

log = logging.getLogger(__name__)
bp = Blueprint("scim", __name__)

ROOT = "/scim/v2"
MEDIA_TYPE = "application/scim+json"
BEARER = "bearer"
REQUESTS_AT_FIRST, REQUESTS_A_SECOND = 600, 30.0
WRONG_AT_FIRST, WRONG_A_SECOND = 20, 0.2
SERVER_ERROR_STATUS = 500


@bp.route(f"{ROOT}/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def serve(path: str) -> Response:
    """Answer a program; its token says which agency's people it sees."""
    # It takes a second to import, and most sites never need it.
    from scim2_server.requests import ScimRequest  # noqa: PLC0415

    from intranet.organisation.identity.scim.service import answer  # noqa: PLC0415

    token = _token()
    if token is not None:
        g.language = token.provider.agency.language
    asked = ScimRequest(
        method="GET" if request.method == "HEAD" else request.method,
        base_url=site_address(ROOT),
        path=f"/{path}",
        query=request.args.to_dict(),
        headers=dict(request.headers.items()),
        body=request.get_data(),
    )
    given = answer(token, asked)
    body = b"" if given.body is None else json.dumps(given.body).encode()
    return Response(body, status=given.status, headers=given.headers)


def _token() -> ScimToken | None:
    """Return the token of this request.

    Raises:
        TooMany: it sends too many requests, or its network too many wrong tokens.
    """
    kind, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    token = token_of(secret.strip()) if kind.lower() == BEARER and secret else None
    if token is not None:
        _take("scim requests", token.id.hex, REQUESTS_AT_FIRST, REQUESTS_A_SECOND)
    elif secret:
        network = network_of(request.remote_addr or "")
        _take("scim wrong tokens", network, WRONG_AT_FIRST, WRONG_A_SECOND)
    return token


def _take(name: str, who: str, at_first: int, a_second: float) -> None:
    buckets = current_app.extensions.setdefault(name, Buckets(at_first=at_first, a_second=a_second))
    if seconds := buckets.take(who):
        raise TooMany(int(seconds) + 1)


def _refuse(problem: Problem) -> Response:
    from intranet.organisation.identity.scim.refusals import RefusedException  # noqa: PLC0415
    from intranet.organisation.identity.scim.service import refusal  # noqa: PLC0415

    given = refusal(RefusedException.of(problem))
    return Response(json.dumps(given.body), status=given.status, headers=given.headers)


@bp.errorhandler(HTTPException)
def _refuse_http(error: HTTPException) -> Response:
    """Refuse what the guard of all requests or the body's limit refused."""
    status = error.code or SERVER_ERROR_STATUS
    return _refuse(type("Other", (Problem,), {"status": status})(error.description))


@bp.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    """Answer a fault without saying anything of it; the log has it under the request's id."""
    if isinstance(error, GONE):
        log.error("database: %s in %s", type(error).__name__, request.endpoint)
        return _refuse(Unavailable())
    log.error("fault in %s", request.endpoint, exc_info=error)
    return _refuse(Problem())


bp.register_error_handler(Problem, _refuse)
