"""The health sampler: four times a second it measures delay, queues and memory.

It is one thread for all applications of the process. It starts with the first request, because
gunicorn forks before that, and threads do not survive a fork.
"""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from weakref import WeakSet

from flask import Flask
from sqlalchemy.pool import QueuePool

from intranet.extensions import db
from intranet.platform.core import process_metrics
from intranet.platform.core.events import Dispatcher

EVERY_SECONDS = 0.25
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
STATM = Path("/proc/self/statm")

Beat = Callable[[float], None]


class Pulse:
    """The sampling thread and its observers."""

    def __init__(self) -> None:
        """Begin without a thread."""
        self._apps: WeakSet[Flask] = WeakSet()
        self._beats: list[Beat] = []
        self._starting = threading.Lock()
        self._pid = 0

    def watch(self, app: Flask) -> None:
        """Sample the dispatcher and connection pool of an application."""
        self._apps.add(app)

    def forget(self, app: Flask) -> None:
        """Stop sampling an application that is closed, whose queue nobody works off any more."""
        self._apps.discard(app)

    def on_beat(self, beat: Beat) -> Beat:
        """Call a function at each sample with the delay of the sampler, in seconds."""
        self._beats.append(beat)
        return beat

    def off_beat(self, beat: Beat) -> None:
        """Stop calling a function, for example to switch load shedding off for a measurement."""
        self._beats = [each for each in self._beats if each != beat]

    def begin(self) -> None:
        """Start the thread, unless it runs in this process already."""
        if self._pid == os.getpid():
            return
        with self._starting:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def _run(self) -> None:
        process_metrics.processes.set(1)
        while True:
            due = time.monotonic() + EVERY_SECONDS
            time.sleep(EVERY_SECONDS)
            late = max(0.0, time.monotonic() - due)
            process_metrics.lateness.set(late)
            self._look()
            for beat in self._beats:
                beat(late)

    def _look(self) -> None:
        lines = [dispatcher.line for dispatcher in self._dispatchers()]
        process_metrics.dispatcher_length.set(sum(map(len, lines)))
        oldest = max((line.age() for line in lines), default=0)
        process_metrics.dispatcher_age.set(oldest)
        process_metrics.dispatch_peak.note(oldest)
        process_metrics.pool_in_use.set(sum(map(_in_use, list(self._apps))))
        process_metrics.resident.set(_resident_bytes())

    def _dispatchers(self) -> list[Dispatcher]:
        return [app.extensions["dispatcher"] for app in list(self._apps)]


def _in_use(app: Flask) -> int:
    with app.app_context():
        pool = db.engine.pool
    return pool.checkedout() if isinstance(pool, QueuePool) else 0


def _resident_bytes() -> int:
    """Return the resident memory of this process; 0 where the system does not tell."""
    if not STATM.exists():
        return 0
    return int(STATM.read_text().split()[1]) * PAGE_BYTES


pulse = Pulse()
