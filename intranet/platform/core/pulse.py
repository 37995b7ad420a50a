"""The pulse of a process: four times a second it looks how late it comes, and what waits.

One thread for all applications of the process, which begins with the first thing that is done
here: gunicorn forks before that, and threads stay behind.
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
from intranet.platform.core import measures
from intranet.platform.core.events import Dispatcher

EVERY_SECONDS = 0.25
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
STATM = Path("/proc/self/statm")

Beat = Callable[[float], None]


class Pulse:
    """The thread that beats, and what it looks at."""

    def __init__(self) -> None:
        """Begin without a thread."""
        self._apps: WeakSet[Flask] = WeakSet()
        self._beats: list[Beat] = []
        self._starting = threading.Lock()
        self._pid = 0

    def watch(self, app: Flask) -> None:
        """Look after what waits in an application."""
        self._apps.add(app)

    def on_beat(self, beat: Beat) -> Beat:
        """Have something told four times a second by how many seconds that came too late."""
        self._beats.append(beat)
        return beat

    def off_beat(self, beat: Beat) -> None:
        """Call it no more, as where what is measured has to be done however late it comes."""
        self._beats = [each for each in self._beats if each != beat]

    def begin(self) -> None:
        """Beat from now on, unless it does so already."""
        if self._pid == os.getpid():
            return
        with self._starting:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def _run(self) -> None:
        measures.processes.set(1)
        while True:
            due = time.monotonic() + EVERY_SECONDS
            time.sleep(EVERY_SECONDS)
            late = max(0.0, time.monotonic() - due)
            measures.lateness.set(late)
            self._look()
            for beat in self._beats:
                beat(late)

    def _look(self) -> None:
        lines = [dispatcher.line for dispatcher in self._dispatchers()]
        measures.dispatcher_length.set(sum(map(len, lines)))
        oldest = max((line.age() for line in lines), default=0)
        measures.dispatcher_age.set(oldest)
        measures.told_late.note(oldest)
        measures.pool_in_use.set(sum(map(_in_use, list(self._apps))))
        measures.resident.set(_resident_bytes())

    def _dispatchers(self) -> list[Dispatcher]:
        return [app.extensions["dispatcher"] for app in list(self._apps)]


def _in_use(app: Flask) -> int:
    with app.app_context():
        pool = db.engine.pool
    return pool.checkedout() if isinstance(pool, QueuePool) else 0


def _resident_bytes() -> int:
    """What this process holds; nothing where the system does not say."""
    if not STATM.exists():
        return 0
    return int(STATM.read_text().split()[1]) * PAGE_BYTES


pulse = Pulse()
