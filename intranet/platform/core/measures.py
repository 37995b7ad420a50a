"""What this process measures of itself, for `/metrics`; sockets, jobs and requests add theirs.

Every label is one of a few words. Gauges are of one process, and `/metrics` adds up those of all
that live, or takes the largest.
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
    """The largest of some seconds since it was taken last."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._seconds = 0.0

    def note(self, seconds: float) -> None:
        """So long something took."""
        self._seconds = max(self._seconds, seconds)

    def take(self) -> float:
        """The largest, and begin anew."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds


stored_late = Peak()
told_late = Peak()


class Line:
    """What waits, in the order in which it came, and since when."""

    def __init__(self, waited: Histogram) -> None:
        """Take the figure to which each wait is added when it is over."""
        self._waited = waited
        self._since: dict[Hashable, float] = {}

    def enter(self, key: Hashable) -> None:
        """Something begins to wait, under a key that nothing else that waits has."""
        self._since[key] = time.monotonic()

    def leave(self, key: Hashable) -> None:
        """It is done."""
        if (since := self._since.pop(key, None)) is not None:
            self._waited.observe(time.monotonic() - since)

    def __len__(self) -> int:
        """How many wait."""
        return len(self._since)

    def age(self) -> float:
        """For how many seconds the first has waited."""
        # Others come and go meanwhile; a dictionary that changes between these two is no error.
        try:
            first = next(iter(self._since.values()))
        except (StopIteration, RuntimeError):
            return 0.0
        return time.monotonic() - first
