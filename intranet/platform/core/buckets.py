"""How often somebody may do something: so often at first, and then so often in each second."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable


class Buckets:
    """The rest of each one's allowance, in this process; nothing of it is stored."""

    def __init__(self, *, at_first: int, a_second: float, most: int = 10_000) -> None:
        """Begin with everything left.

        Args:
            most: so many are remembered, those who came last.
        """
        self._at_first, self._a_second, self._most = at_first, a_second, most
        self._lock = threading.Lock()
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, who: Hashable) -> float:
        """Take one of what is left; give 0, or the seconds until there is one to be taken."""
        with self._lock:
            now = time.monotonic()
            left, at = self._left.pop(who, (self._at_first, now))
            left = min(self._at_first, left + (now - at) * self._a_second)
            missing = max(0.0, 1 - left)
            self._left[who] = (left if missing else left - 1, now)
            if len(self._left) > self._most:
                self._left.popitem(last=False)
            return missing / self._a_second
