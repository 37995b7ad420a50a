"""Rate limits for public requests, so that crawlers do not slow down the intranet.

An address gets a burst of pages and then a few each second; each process serves only a few public
requests at a time. Nothing of this is stored.
"""

import threading

from intranet.platform.core.errors import TooMany
from intranet.platform.core.rate_limits import Buckets

BURST_REQUESTS = 240
REQUESTS_PER_SECOND = 4.0
MAX_CONCURRENT = 12
MAX_ADDRESSES = 10_000
WAIT_SECONDS = 5


class Allowance:
    """The remaining requests of each address, and the number of requests being served."""

    def __init__(self) -> None:
        """Start with full allowances."""
        self._lock = threading.Lock()
        self._left = Buckets(
            at_first=BURST_REQUESTS, a_second=REQUESTS_PER_SECOND, most=MAX_ADDRESSES
        )
        self._served = 0

    def enter(self, address: str) -> None:
        """Admit a request; `leave` has to follow.

        Raises:
            TooMany: the address sent too many requests, or too many are being served.
        """
        missing_seconds = self._left.take(address)
        with self._lock:
            if missing_seconds or self._served >= MAX_CONCURRENT:
                raise TooMany(WAIT_SECONDS)
            self._served += 1

    def leave(self) -> None:
        """Release an admitted request."""
        with self._lock:
            self._served -= 1
