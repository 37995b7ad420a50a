"""Background threads of a process: the outbox, and the jobs of `schedule.py`."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import Flask
from prometheus_client import Counter, Gauge, Histogram

from intranet.platform.core import outbox, read_only
from intranet.platform.core.database import GONE
from intranet.platform.core.health_sampler import pulse
from intranet.platform.core.operation import doing
from intranet.platform.core.outbox import Pace
from intranet.platform.core.outbox_claims import RENEWED_EVERY_SECONDS

log = logging.getLogger(__name__)

OUTBOX_EVERY_SECONDS = 1.0
AWAY_SECONDS = 5.0
"""How long a thread waits before it tries a database again that does not answer."""

# Not `job`: Prometheus calls what it asks so, and would rename ours.
RUNS = Counter("intranet_jobs", "Runs of the jobs in the schedule", ["name", "outcome"])
SECONDS = Histogram(
    "intranet_job_seconds",
    "How long runs of the jobs took",
    ["name"],
    buckets=(0.01, 0.1, 0.5, 1, 5, 30, 300),
)
DONE_AT = Gauge(
    "intranet_job_done_at_seconds",
    "When a job was done for the last time, in seconds since 1970",
    ["name"],
    multiprocess_mode="max",
)


@dataclass(frozen=True)
class Job:
    """A job that runs at an interval. Two processes may run it at once without harm."""

    name: str
    every: timedelta
    run: Callable[[], object]


class Clockwork:
    """Runs the jobs when they are due, and each pace of the outbox on a thread of its own.

    With a single thread, a mail would wait behind digests and the indexing of files.
    """

    def __init__(self, app: Flask, jobs: Sequence[Job]) -> None:
        """Store the application in whose context the jobs run."""
        self._app = app
        self._jobs = jobs
        self._stopping = threading.Event()
        for name in ("outbox", "claims", *(job.name for job in jobs)):
            _show(name)
        targets: dict[str, Callable[[], None]] = {
            f"outbox {pace}": partial(self._do_outbox, pace) for pace in Pace
        }
        targets["schedule"] = self._run_jobs
        targets["claims"] = self._keep_claims
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for name, target in targets.items()
        ]

    def start(self) -> None:
        """Start the threads."""
        pulse.begin()
        self._guarded("claims", outbox.take_over_claims)
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Start nothing more; running jobs stop where they can and hand over the rest."""
        self._stopping.set()

    def stop(self, timeout_seconds: float = 5) -> None:
        """End, and wait until the running jobs have stopped."""
        self.end()
        for thread in self._threads:
            thread.join(timeout_seconds)

    def _do_outbox(self, pace: Pace) -> None:
        while not self._stopping.is_set():
            if self._is_paused() or not self._guarded("outbox", lambda: self._run_due(pace)):
                self._stopping.wait(OUTBOX_EVERY_SECONDS)

    def _run_due(self, pace: Pace) -> int:
        return outbox.run_due(pace=pace, is_ending=self._stopping.is_set)

    def _keep_claims(self) -> None:
        while not self._stopping.wait(RENEWED_EVERY_SECONDS):
            self._guarded("claims", outbox.renew_claims)

    def _run_jobs(self) -> None:
        due = {job.name: time.monotonic() for job in self._jobs}
        while self._jobs and not self._stopping.is_set():
            job = min(self._jobs, key=lambda job: due[job.name])
            if self._stopping.wait(max(0.0, due[job.name] - time.monotonic())):
                return
            if self._is_paused():
                self._stopping.wait(OUTBOX_EVERY_SECONDS)
                continue
            self._guarded(job.name, job.run)
            due[job.name] = time.monotonic() + job.every.total_seconds()

    def _is_paused(self) -> bool:
        """Return whether nothing new is begun, because nothing can be written."""
        with self._app.app_context():
            return read_only.has_begun()

    def _guarded(self, name: str, run: Callable[[], object]) -> object:
        """Run a job; log and count an exception, and go on."""
        began = time.perf_counter()
        with doing(name):
            try:
                with self._app.app_context(), read_only.finishing():
                    result = run()
            except read_only.ReadOnly:
                RUNS.labels(name, "paused").inc()
                return None
            except Exception as error:
                RUNS.labels(name, "failed").inc()
                if not isinstance(error, GONE):
                    log.exception("job %s", name)
                    return None
                why = getattr(error, "orig", error)  # without parameters, which may be private
                log.error("database: %s in job %s: %s", type(error).__name__, name, why)  # noqa: TRY400 - one line
                self._stopping.wait(AWAY_SECONDS)
                return None
        if result or name != "outbox":
            RUNS.labels(name, "done").inc()
            SECONDS.labels(name).observe(time.perf_counter() - began)
        DONE_AT.labels(name).set_to_current_time()
        return result


def _show(name: str) -> None:
    """Show the metrics of a job from the start, at 0: it was never done."""
    for outcome in ("done", "failed"):
        RUNS.labels(name, outcome)
    SECONDS.labels(name)
    DONE_AT.labels(name)
