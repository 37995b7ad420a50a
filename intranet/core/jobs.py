"""What runs by the clock, in threads of the process: the outbox, and the jobs of `schedule.py`."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from prometheus_client import Counter

from intranet.core import outbox

log = logging.getLogger(__name__)

OUTBOX_EVERY_SECONDS = 1.0
RUNS = Counter("intranet_jobs", "Runs of the jobs in the schedule", ["job", "outcome"])


@dataclass(frozen=True)
class Job:
    """Something done again and again. It may run twice at once, in two processes, unharmed."""

    name: str
    every: timedelta
    run: Callable[[], object]


class Clockwork:
    """Two threads: one does what the outbox holds, one runs each job when it is due."""

    def __init__(self, app: Flask, jobs: Sequence[Job]) -> None:
        """Take the application in whose context they run."""
        self._app = app
        self._jobs = jobs
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for name, target in (("outbox", self._do_outbox), ("schedule", self._run_jobs))
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_seconds: float = 5) -> None:
        """Finish what is being done and end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout_seconds)

    def wait(self) -> None:
        """Stay until somebody stops it."""
        self._stopping.wait()

    def _do_outbox(self) -> None:
        while not self._stopping.is_set():
            if not self._guarded("outbox", outbox.run_due):
                self._stopping.wait(OUTBOX_EVERY_SECONDS)

    def _run_jobs(self) -> None:
        due = {job.name: time.monotonic() for job in self._jobs}
        while self._jobs and not self._stopping.is_set():
            job = min(self._jobs, key=lambda job: due[job.name])
            if self._stopping.wait(max(0.0, due[job.name] - time.monotonic())):
                return
            self._guarded(job.name, job.run)
            due[job.name] = time.monotonic() + job.every.total_seconds()

    def _guarded(self, name: str, run: Callable[[], object]) -> object:
        """Run something; what goes wrong is logged and counted, and the clock goes on."""
        try:
            with self._app.app_context():
                result = run()
        except Exception:
            log.exception("job %s", name)
            RUNS.labels(name, "failed").inc()
            return None
        if result or name != "outbox":
            RUNS.labels(name, "done").inc()
        return result
