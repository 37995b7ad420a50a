"""Metrics of this process, for `/metrics`; sockets, jobs and requests define their own.

Every label has few values. Gauges are per process; `/metrics` shows their sum over all live
processes, or the largest.
"""

import time
from collections.abc import Hashable

from prometheus_client import Gauge, Histogram

WAITS = (0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 5)

lock_waits = Histogram(
    "intranet_lock_wait_seconds",
    "How long those waited who had to wait for their turn to write",
    ["lock"],
    buckets=WAITS,
)
for lock in ("writer", "row", "database"):
    lock_waits.labels(lock)
transactions = Histogram(
    "intranet_transaction_seconds",
    "How long transactions that write were open, without the wait for their turn",
    buckets=WAITS,
)
dispatched = Histogram(
    "intranet_dispatcher_seconds",
    "From a commit until those were told of it who are connected here",
    buckets=WAITS,
)
dispatcher_length = Gauge(
    "intranet_dispatcher_waiting",
    "Commits of which people are still to be told",
    multiprocess_mode="livesum",
)
dispatcher_age = Gauge(
    "intranet_dispatcher_age_seconds",
    "How long the oldest of them has waited",
    multiprocess_mode="livemax",
)
pool_in_use = Gauge(
    "intranet_database_connections",
    "Connections to the database in use",
    multiprocess_mode="livesum",
)
lateness = Gauge(
    "intranet_late_seconds",
    "How much too late the process came to what was due at a time",
    multiprocess_mode="livemax",
)
resident = Gauge(
    "intranet_resident_bytes", "Memory that the processes hold", multiprocess_mode="livesum"
)
processes = Gauge("intranet_processes", "Processes that live", multiprocess_mode="livesum")


class Peak:
    """The longest of several durations since the last reading."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._seconds = 0.0

    def note(self, seconds: float) -> None:
        """Record a duration."""
        self._seconds = max(self._seconds, seconds)

    def take(self) -> float:
        """Return the longest duration, and begin again at zero."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds


lock_wait_peak = Peak()
dispatch_peak = Peak()


class MeasuredQueue:
    """A queue whose waiting times are measured."""

    def __init__(self, waited: Histogram) -> None:
        """Store the histogram that records each wait when it ends."""
        self._waited = waited
        self._since: dict[Hashable, float] = {}

    def enter(self, key: Hashable) -> None:
        """Add an item, under a key that no other waiting item has."""
        self._since[key] = time.monotonic()

    def leave(self, key: Hashable) -> None:
        """Remove an item, and record how long it waited."""
        if (since := self._since.pop(key, None)) is not None:
            self._waited.observe(time.monotonic() - since)

    def __len__(self) -> int:
        """Return how many items wait."""
        return len(self._since)

    def age(self) -> float:
        """Return for how many seconds the first item has waited."""
        # Other threads may change the dictionary at any time, which is no error here.
        try:
            first = next(iter(self._since.values()))
        except (StopIteration, RuntimeError):
            return 0.0
        return time.monotonic() - first
