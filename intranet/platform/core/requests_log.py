"""Log and measure each request, under an id by which a fault can be found again."""

import logging
import re
import time

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

from intranet.platform.core import operation
from intranet.platform.core.health_sampler import pulse
from intranet.platform.core.logs import with_fields
from intranet.platform.core.operation import Operation
from intranet.platform.core.web import is_for_everybody, settings

log = logging.getLogger("intranet.requests")

HEADER = "X-Request-ID"
# The form of an id that a proxy may give to a request; any other value is ignored.
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
UNTOLD_ENDPOINTS = {"static", "asset"}
UNTOLD_BLUEPRINTS = {"health"}
REFUSED_STATUS, SERVER_ERROR_STATUS = 400, 500
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

seconds = Histogram(
    "intranet_request_seconds",
    "Time until the answer to a request was ready, by the part of the house",
    ["part"],
    buckets=BUCKETS,
)
faults = Counter("intranet_request_faults", "Requests answered with 500 or above", ["part"])
# The part of a request for an address that does not exist.
NOWHERE = "nothing"


def init_app(app: Flask) -> None:
    """Log requests. Call it first: it begins before all other hooks and ends after them."""
    pulse.watch(app)
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_end)


def _costs(told: Operation) -> str:
    """Return what the response costs, for the developer tools of an administrator's browser."""
    python, database = told.python_seconds * 1000, told.database_seconds * 1000
    return (
        f'python;dur={python:.1f}, database;dur={database:.1f}, statements;desc="{told.statements}"'
    )


def show_parts(app: Flask) -> None:
    """Show the metrics of each part from the start, at 0. Call it when all are registered."""
    for part in {NOWHERE, *app.blueprints} - UNTOLD_BLUEPRINTS:
        seconds.labels(part)
        faults.labels(part)


def _begin() -> None:
    pulse.begin()
    g.request_began = time.perf_counter()
    operation.begin(_operation())


def _operation() -> Operation:
    name = request.endpoint or NOWHERE
    if settings().trusted_proxies and GIVEN.fullmatch(given := request.headers.get(HEADER, "")):
        return Operation(name, given)
    return Operation(name)


def _tell(response: Response) -> Response:
    if request.endpoint in UNTOLD_ENDPOINTS or request.blueprint in UNTOLD_BLUEPRINTS:
        return response
    told = operation.current()
    if told is None:
        return response
    part = request.blueprint or NOWHERE
    took = time.perf_counter() - g.request_began
    seconds.labels(part).observe(took)
    if response.status_code >= SERVER_ERROR_STATUS and "Retry-After" not in response.headers:
        faults.labels(part).inc()
    # A response that proxies cache answers many requests, so it carries no id.
    if response.status_code >= SERVER_ERROR_STATUS or not is_for_everybody():
        response.headers[HEADER] = told.id
    # A refusal has to look alike, whether or not there is what somebody asked for.
    if told.administers and response.status_code < REFUSED_STATUS:
        response.headers["Server-Timing"] = _costs(told)
    log.info(
        "request",
        extra=with_fields(
            method=request.method,
            status=response.status_code,
            milliseconds=round(took * 1000),
            person=told.person_id or "none",
        ),
    )
    return response


def _end(_error: BaseException | None) -> None:
    operation.end()
