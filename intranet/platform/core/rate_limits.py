"""Rate limiting by token bucket: a burst at first, then a steady rate."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable


class Buckets:
    """Token buckets by key, held in the memory of this process."""

    def __init__(self, *, at_first: int, a_second: float, most: int = 10_000) -> None:
        """Begin with every bucket full.

        Args:
            most: how many buckets are kept; the least recently used are dropped.
        """
        self._at_first, self._a_second, self._most = at_first, a_second, most
        self._lock = threading.Lock()
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, who: Hashable) -> float:
        """Take a token; return 0, or the seconds until the next token is available."""
        with self._lock:
            now = time.monotonic()
            left, at = self._left.pop(who, (self._at_first, now))
            left = min(self._at_first, left + (now - at) * self._a_second)
            missing = max(0.0, 1 - left)
            self._left[who] = (left if missing else left - 1, now)
            if len(self._left) > self._most:
                self._left.popitem(last=False)
            return missing / self._a_second
