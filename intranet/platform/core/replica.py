"""Read pages from a replica of PostgreSQL that has all that the primary has committed.

Before such a page the primary is asked how far its log is, and the replica whether it has replayed
as much. So a page shows nothing that it would not show from the primary: no write is missing,
whoever made it, and no right that has ended is left. A replica that is late, away or not ours is
left alone for some seconds, and the page is read from the primary.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, g, request
from prometheus_client import Counter, Histogram
from sqlalchemy import Connection, Engine, ExceptionContext, Row, create_engine, event
from sqlalchemy.exc import InternalError, NotSupportedError, SQLAlchemyError

from intranet.config import Settings
from intranet.extensions import READS_FROM, db
from intranet.platform.core import process_metrics
from intranet.platform.core.circuit_breaker import CircuitBreaker
from intranet.platform.core.database import GONE, engine_options, listen_postgresql
from intranet.platform.core.per_request import forget

log = logging.getLogger("intranet.replica")

EXTENSION = "replica"
MARK = "__reads_from_replica__"
FAILED = "replica_failed"
WAIT_SECONDS = 0.2
"""How long a page waits for the replica to replay what was committed before the page."""
FIRST_PAUSE_SECONDS = 0.001
REST_SECONDS, REST_AFTER_LATE_SECONDS = 5, 1
"""How long a process leaves a replica alone that was away, or late."""
ANSWERS_WITHIN_SECONDS = 5
"""How long a page may be read from the replica before the connection is given up."""
CONNECT_SECONDS, POOL_SECONDS = 2, 1

READ, LATE, AWAY, UNFIT, RESTS = "read", "late", "away", "unfit", "rests"
outcomes = Counter(
    "intranet_replica_pages",
    "Pages that a replica could answer: whether it did, or why the primary did",
    ["outcome"],
)
for outcome in (READ, LATE, AWAY, UNFIT, RESTS):
    outcomes.labels(outcome)
waits = Histogram(
    "intranet_replica_wait_seconds",
    "How long pages waited for the replica to have what was committed before them",
    buckets=process_metrics.WAITS,
)

FAILURES = (*GONE, InternalError, NotSupportedError)
"""The errors of a replica that is away, cancels a query, or cannot do what the primary can."""

# A restored or promoted server has a log of another timeline: its positions say nothing here.
PRIMARY = (
    "SELECT system_identifier, substr(pg_walfile_name(lsn), 1, 8) AS timeline, lsn::text AS lsn "
    "FROM pg_current_wal_lsn() AS lsn, pg_control_system()"
)
REPLICA = (
    "SELECT pg_is_in_recovery() AS is_replica, system_identifier, timeline_id, "
    "pg_last_wal_replay_lsn() >= %s::pg_lsn AS has_it "
    "FROM pg_control_system(), pg_control_checkpoint()"
)

V = TypeVar("V", bound=Callable[..., Any])


def reads_from_replica(view: V) -> V:
    """Let a view that writes nothing be read from the replica, where there is one."""
    setattr(view, MARK, True)
    return view


def init_app(app: Flask, settings: Settings) -> None:
    """Read the marked views from the replica, if one is set. Call it after they are registered."""
    if not settings.replica_url:
        return
    replica = app.extensions[EXTENSION] = Replica(settings)
    for endpoint, view in app.view_functions.items():
        if hasattr(view, MARK):
            app.view_functions[endpoint] = replica.answering(view)


def close(app: Flask) -> None:
    """Close the connections to the replica."""
    if EXTENSION in app.extensions:
        app.extensions[EXTENSION].engine.dispose()


class NotReadyError(Exception):
    """The replica cannot answer now; the text is the outcome to count."""


class Replica:
    """The replica of one application: its connections, and whether it is left alone."""

    def __init__(self, settings: Settings) -> None:
        self.engine = _engine(settings)
        self._breaker = CircuitBreaker(REST_SECONDS, ANSWERS_WITHIN_SECONDS)

    def answering(self, view: V) -> V:
        """Return the view read from the replica, and if that fails once more from the primary."""

        @wraps(view)
        def answered(*args: Any, **kwargs: Any) -> Any:
            if request.method not in {"GET", "HEAD"}:
                return view(*args, **kwargs)
            if not self._breaker.lets_through():
                outcomes.labels(RESTS).inc()
                return view(*args, **kwargs)
            try:
                with self._routed():
                    return view(*args, **kwargs)
            except NotReadyError as error:
                self._give_up(str(error))
            return view(*args, **kwargs)

        return answered  # type: ignore[return-value] # the view, as before

    @contextmanager
    def _routed(self) -> Iterator[None]:
        """Have the session read from the replica within the block.

        Raises:
            NotReadyError: the replica cannot answer, or has failed within the block. Even if the
                block made do without what failed, its result is incomplete.
        """
        session = db.session()
        try:
            primary = session.connection().exec_driver_sql(PRIMARY).one()
            session.commit()  # gives the connection back, and keeps what was read
            session.info[READS_FROM] = self.engine
            connection = session.connection()
        except SQLAlchemyError as error:
            raise NotReadyError(AWAY) from error
        hang_up = _hang_up_later(connection)
        try:
            with waits.time():
                _catch_up(connection, primary)
            yield
        except NotReadyError:
            raise
        except Exception as error:
            if FAILED in g:
                raise NotReadyError(AWAY) from error
            self._note_read()
            raise
        finally:
            hang_up.cancel()
            session.info.pop(READS_FROM, None)
        if FAILED in g:
            raise NotReadyError(AWAY)
        self._note_read()

    def _note_read(self) -> None:
        outcomes.labels(READ).inc()
        if self._breaker.is_open:
            log.warning("the replica is read from again")
        self._breaker.note_success()

    def _give_up(self, why: str) -> None:
        """Go on with the primary as if nothing had been read, and let others do so for a while."""
        outcomes.labels(why).inc()
        session = db.session()
        session.info.pop(READS_FROM, None)
        session.rollback()
        forget()
        g.pop(FAILED, None)
        if not self._breaker.is_open:
            log.warning("the replica is %s, so pages are read from the primary", why)
        self._breaker.note_failure(REST_AFTER_LATE_SECONDS if why == LATE else None)


def _engine(settings: Settings) -> Engine:
    options = engine_options(settings)
    options |= {
        "pool_timeout": POOL_SECONDS,
        "connect_args": {**options["connect_args"], "connect_timeout": CONNECT_SECONDS},
    }
    engine = create_engine(settings.replica_url, **options)
    listen_postgresql(engine)

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _entry: object) -> None:
        connection.execute("SET default_transaction_read_only = on")  # also once it is promoted

    @event.listens_for(engine, "handle_error")
    def note(failed: ExceptionContext) -> None:
        if isinstance(failed.sqlalchemy_exception, FAILURES):
            setattr(g, FAILED, True)

    return engine


def _catch_up(connection: Connection, primary: Row[Any]) -> None:
    """Wait until the replica has replayed all that the primary had committed.

    Raises:
        NotReadyError: it is late, or no replica of this primary.
    """
    until, pause = time.monotonic() + WAIT_SECONDS, FIRST_PAUSE_SECONDS
    while True:
        found = connection.exec_driver_sql(REPLICA, (primary.lsn,)).one()
        is_ours = (found.system_identifier, found.timeline_id) == (
            primary.system_identifier,
            int(primary.timeline, 16),
        )
        if not (found.is_replica and is_ours):
            raise NotReadyError(UNFIT)
        if found.has_it:
            return
        if time.monotonic() + pause > until:
            raise NotReadyError(LATE)
        time.sleep(pause)
        pause *= 2


def _hang_up_later(connection: Connection) -> threading.Timer:
    """End a connection on which no answer comes, as from a machine that stands still."""
    driver: Any = connection.connection.driver_connection
    timer = threading.Timer(ANSWERS_WITHIN_SECONDS, _hang_up, [driver])
    timer.daemon = True
    timer.start()
    return timer


def _hang_up(driver: Any) -> None:
    with suppress(Exception), socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
