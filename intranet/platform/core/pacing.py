"""Do a thing at once, and then at most once in an interval, however often it is asked."""

import threading
from collections.abc import Callable, Hashable


class Pacing:
    """Keeps an interval between two times of the same thing; none asked for last is lost.

    What comes within the interval is done once when that ends, on a thread of its own.
    """

    def __init__(self, seconds: float) -> None:
        """Take how long the interval is."""
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asked: dict[Hashable, bool] = {}

    def is_free(self, key: Hashable, again: Callable[[], object]) -> bool:
        """Say whether it is to be done now; else `again` is called once at the interval's end."""
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
