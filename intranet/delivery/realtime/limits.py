"""How much one socket may ask for."""

import time

FRAME_BYTES = 128 * 1024
CALLS_PER_SECOND, CALLS_AT_ONCE = 100, 200
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 2_000, 4_000
BYTES_PER_UNIT = 4_096
REFUSED_IN_A_ROW = 1_000
ARRIVALS_PER_SECOND, ARRIVALS_AT_ONCE = 0.5, 5
SOCKETS_OF_A_PERSON = 50
WATCHED_AT_ONCE = 20
CATCHES_UP_AT_ONCE = 4
RETURNING_AT_ONCE = 16
"""Of a thousand who come back together so many are let in, and told what they lack, at once.

A processor does no more of it in the same time, and who posts comes in between.
"""
IDENTIFIED_WITHIN_SECONDS = 10
UNIDENTIFIED_IN_ALL, UNIDENTIFIED_OF_ADDRESS = 1 / 2, 1 / 3
"""Of all places, how many at most are held by clients of whom nobody knows yet who they are."""
UNIDENTIFIED_AT_LEAST = 10
SETTLES_WITHIN_SECONDS = 1.0
"""So long nobody has to make room for others: an honest client says at once who it is."""
PACKETS_OF_A_POST = 1_000


class Bucket:
    """Fills at a rate up to a size; what is asked for is taken out, or not if too little is in."""

    def __init__(self, per_second: float, at_once: float) -> None:
        """Begin full."""
        self._rate = per_second
        self._size = self._level = at_once
        self._then = time.monotonic()

    def take(self, amount: float = 1) -> bool:
        """Whether that much was in it."""
        now = time.monotonic()
        self._level = min(self._size, self._level + (now - self._then) * self._rate)
        self._then = now
        if self._level < amount:
            return False
        self._level -= amount
        return True
