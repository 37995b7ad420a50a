"""Metrics of client events, and log lines for those that failed or were slow."""

import logging
import time
from collections.abc import Callable, Container
from functools import wraps
from typing import Any

from prometheus_client import Counter, Histogram

from intranet.delivery.realtime.connections import Connections, SocketConnection
from intranet.delivery.realtime.packets import SocketEvent
from intranet.platform.core.database import GONE
from intranet.platform.core.errors import Problem, SignInRequired, TooMany, Unavailable
from intranet.platform.core.health_sampler import pulse
from intranet.platform.core.logs import with_fields
from intranet.platform.core.operation import doing
from intranet.platform.core.slow_statements import SLOW_SECONDS

log = logging.getLogger("intranet.sockets")

OK = 200
BUCKETS = (0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)
seconds = Histogram(
    "intranet_socket_call_seconds",
    "Time until the acknowledgement of an event of a client was ready",
    ["event"],
    buckets=BUCKETS,
)
acknowledged = Counter(
    "intranet_sockets_acknowledged", "Events of clients that were acknowledged as done", ["event"]
)
failed = Counter(
    "intranet_sockets_failed", "Events of clients that were refused or failed", ["event", "status"]
)

# What `core.errors` answers with.
STATUSES = (401, 403, 404, 409, 412, 413, 422, 429, 500, 503)
UNKNOWN = "unknown"

Answer = Callable[[Connections, SocketConnection, SocketEvent], dict[str, Any]]


def show(event: str) -> None:
    """Show the metrics of an event from the start, at 0."""
    seconds.labels(event)
    acknowledged.labels(event)
    for status in STATUSES:
        failed.labels(event, str(status))


def observed(known: Container[str]) -> Callable[[Answer], Answer]:
    """Return a decorator that measures the answers to these known events."""
    show(UNKNOWN)

    def watch(answer: Answer) -> Answer:
        @wraps(answer)
        def watched(
            connections: Connections, connection: SocketConnection, asked: SocketEvent
        ) -> dict[str, Any]:
            event = asked.event if asked.event in known else UNKNOWN
            pulse.begin()
            with doing(event, connection.person_id):
                began = time.perf_counter()
                status = Problem.status
                try:
                    reply = answer(connections, connection, asked)
                    status = reply["error"]["status"] if "error" in reply else OK
                except SignInRequired:
                    status = SignInRequired.status
                    raise
                except GONE:
                    status = Unavailable.status
                    raise
                finally:
                    _note(event, status, time.perf_counter() - began, connection)
                return reply

        return watched

    return watch


def _note(event: str, status: int, took: float, connection: SocketConnection) -> None:
    seconds.labels(event).observe(took)
    if status == OK:
        acknowledged.labels(event).inc()
    else:
        failed.labels(event, str(status)).inc()
    # No log line for TooMany: such clients fail by the hundred, and the counter shows it.
    if took >= SLOW_SECONDS or status not in (OK, TooMany.status):
        fields = {"status": status, "milliseconds": round(took * 1000)}
        log.info("event", extra=with_fields(**fields, person=connection.person_id))
