"""Wait for PostgreSQL in a greenlet, at half the cost of psycopg's own way under gevent.

psycopg polls with a new poll object, event and timer for each statement. Here the loop watches the
socket, and nothing else.
"""

import sys
from typing import Any

from psycopg import waiting


def install() -> None:
    """Have psycopg wait like this, if gevent has patched this process."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey and monkey.is_module_patched("select"):
        waiting.wait = wait


def wait(gen: Any, fileno: int, interval: float = 0.0, timeout: float | None = None) -> Any:
    """Run a generator of psycopg to its end, and let other greenlets run while it waits.

    A lost connection ends the wait as well: its socket can then be read. Only what has a time
    limit, such as a cancellation, is left to psycopg.
    """
    if timeout is not None:
        return waiting.wait_poll(gen, fileno, interval, timeout)
    from gevent import get_hub  # noqa: PLC0415 - importing it would patch nothing, but load it

    hub = get_hub()
    try:
        state = next(gen)
        while True:
            # psycopg's states have the numbers of the loop's events.
            watcher = hub.loop.io(fileno, state)
            watcher.priority = hub.loop.MAXPRI
            try:
                hub.wait(watcher)
            finally:
                watcher.close()
            state = gen.send(state)
    except StopIteration as end:
        return end.value
