"""Throttling: do a thing at once, then at most once per interval."""

import threading
from collections.abc import Callable, Hashable


class Pacing:
    """Throttles repeated work by key; the last call is never lost.

    Calls within an interval lead to one call when it ends, on a thread of its own.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asked: dict[Hashable, bool] = {}

    def is_free(self, key: Hashable, again: Callable[[], object]) -> bool:
        """Return whether the work may be done now; else call `again` once the interval ends."""
        with self._lock:
            if key in self._asked:
                self._asked[key] = True
                return False
            self._asked[key] = False
        timer = threading.Timer(self._seconds, self._end, (key, again))
        timer.daemon = True
        timer.start()
        return True

    def _end(self, key: Hashable, again: Callable[[], object]) -> None:
        with self._lock:
            was_asked = self._asked.pop(key)
        if was_asked:
            again()
