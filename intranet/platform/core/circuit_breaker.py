"""A circuit breaker: after a failure of a service everybody is refused at once for a while.

Else each of many requests would wait for the time-outs of a service that is gone.
"""

import threading
import time


class CircuitBreaker:
    """Knows whether a service failed a moment ago, in this process."""

    def __init__(self, rest_seconds: float, attempt_seconds: float) -> None:
        """Set for how long nobody asks the service.

        Args:
            rest_seconds: after a failure.
            attempt_seconds: while a single request tries whether it is back, at most.
        """
        self._rest_seconds = rest_seconds
        self._attempt_seconds = attempt_seconds
        self._lock = threading.Lock()
        self._rests_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the last request failed."""
        return self._rests_until > 0

    def lets_through(self) -> bool:
        """Return whether a request may be made now; after a rest a single one tries."""
        with self._lock:
            if not self._rests_until:
                return True
            if time.monotonic() < self._rests_until:
                return False
            self._rests_until = time.monotonic() + self._attempt_seconds
            return True

    def note_failure(self, rest_seconds: float | None = None) -> None:
        """Begin a rest, of another length if given."""
        with self._lock:
            self._rests_until = time.monotonic() + (rest_seconds or self._rest_seconds)

    def note_success(self) -> None:
        """Let everybody through."""
        with self._lock:
            self._rests_until = 0.0
