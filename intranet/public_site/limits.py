"""How much strangers may ask, so that no search engine slows those down who work here.

An address has so many pages at once and then a few each second; and of all that one process does
at a time only a few things are for strangers. Nothing of this is stored.
"""

import threading

from intranet.platform.core.buckets import Buckets
from intranet.platform.core.errors import TooMany

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
        self._left = Buckets(at_first=AT_FIRST, a_second=A_SECOND, most=ADDRESSES)
        self._served = 0

    def enter(self, address: str) -> None:
        """Serve somebody; `leave` has to follow.

        Raises:
            TooMany: they asked too often, or too many are served already.
        """
        missing_seconds = self._left.take(address)
        with self._lock:
            if missing_seconds or self._served >= AT_ONCE:
                raise TooMany(WAIT_SECONDS)
            self._served += 1

    def leave(self) -> None:
        """They have their answer."""
        with self._lock:
            self._served -= 1
