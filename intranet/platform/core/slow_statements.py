"""Log slow statements, without their values, and slow transactions."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Engine, event

from intranet.platform.core import operation, process_metrics
from intranet.platform.core.logs import with_fields

log = logging.getLogger("intranet.slow")

SLOW_SECONDS = 0.5
SHAPE_LIMIT = 1_000
# `IN (?, ?, ?)` is one shape, however many there are.
LIST = re.compile(r"(\?|%\(\w+\)s(?:::\w+)?)(?:, ?(?:\?|%\(\w+\)s(?:::\w+)?))+")


@contextmanager
def expected() -> Iterator[None]:
    """Log no slow statements within the block, in any thread, for example while filling tables."""
    was_disabled, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = was_disabled


def listen(engine: Engine) -> None:
    """Measure every statement of an engine."""

    @event.listens_for(engine, "before_cursor_execute")
    def before(_connection: Connection, _cursor: Any, _statement: str, *more: Any) -> None:
        more[1]._began = time.perf_counter(), time.thread_time()  # noqa: SLF001 - the statement's own context

    @event.listens_for(engine, "after_cursor_execute")
    def after(_connection: Connection, _cursor: Any, statement: str, *more: Any) -> None:
        began, worked = more[1]._began  # noqa: SLF001 - see above
        took = time.perf_counter() - began
        if asking := operation.current():
            asking.add_statement(took, time.thread_time() - worked)
        if took >= SLOW_SECONDS:
            log_statement(statement, took)


def log_statement(statement: str, took: float) -> None:
    """Log a slow statement by its shape."""
    fields = with_fields(milliseconds=round(took * 1000), statement=shape(statement))
    log.warning("slow statement", extra=fields)


def shape(statement: str) -> str:
    """Return a statement on one line, without values, its lists shortened."""
    return LIST.sub(r"\1, …", " ".join(statement.split()))[:SHAPE_LIMIT]


class Transaction:
    """Measures how long a transaction waited for locks, and how long it was open."""

    def __enter__(self) -> Self:
        """Start timing the wait for the turn to write."""
        self._asked = time.perf_counter()
        self._waited = 0.0
        return self

    def begins(self) -> None:
        """Record that the wait to write is over."""
        self._waited = time.perf_counter() - self._asked
        process_metrics.lock_wait_peak.note(self._waited)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Measure the wait for a row that others may have locked."""
        asked = time.perf_counter()
        yield
        took = time.perf_counter() - asked
        process_metrics.lock_waits.labels("database").observe(took)
        self._waited += took

    def __exit__(self, *_error: object) -> None:
        """Record how long the transaction was open, and log it if it was slow."""
        held = time.perf_counter() - self._asked - self._waited
        process_metrics.transactions.observe(held)
        if max(self._waited, held) >= SLOW_SECONDS:
            fields = {"waited_milliseconds": self._waited, "held_milliseconds": held}
            told = {name: round(took * 1000) for name, took in fields.items()}
            log.warning("slow transaction", extra=with_fields(**told))
