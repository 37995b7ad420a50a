"""How much strangers may ask, so that no search engine slows those down who work here.

An address has so many pages at once and then a few each second; and of all that one process does
at a time only a few things are for strangers. Nothing of this is stored.
"""

import threading
import time
from collections import OrderedDict

from intranet.core.errors import TooMany

AT_FIRST = 240
A_SECOND = 4.0
AT_ONCE = 12
ADDRESSES = 10_000
WAIT_SECONDS = 5


class Allowance:
    """What is left to each address, and how many are served now."""

    def __init__(self) -> None:
        """Begin with everything left."""
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._served = 0

    def enter(self, address: str) -> None:
        """Serve somebody; `leave` has to follow.

        Raises:
            TooMany: they asked too often, or too many are served already.
        """
        with self._lock:
            now = time.monotonic()
            left, at = self._left.pop(address, (AT_FIRST, now))
            left = min(AT_FIRST, left + (now - at) * A_SECOND)
            self._left[address] = (max(0.0, left - 1), now)
            if len(self._left) > ADDRESSES:
                self._left.popitem(last=False)
            if left < 1 or self._served >= AT_ONCE:
                raise TooMany(WAIT_SECONDS)
            self._served += 1

    def leave(self) -> None:
        """They have their answer."""
        with self._lock:
            self._served -= 1
