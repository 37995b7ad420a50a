"""Limits of one socket."""

import time

FRAME_BYTES = 128 * 1024
CALLS_PER_SECOND, CALLS_AT_ONCE = 100, 200
FRAMES_PER_SECOND, FRAMES_AT_ONCE = 2_000, 4_000
BYTES_PER_UNIT = 4_096
MAX_REFUSED_IN_A_ROW = 1_000
ARRIVALS_PER_SECOND, ARRIVALS_AT_ONCE = 0.5, 5
MAX_SOCKETS_OF_A_PERSON = 50
MAX_WATCHED = 20
MAX_CATCHING_UP = 4
MAX_RETURNING = 16
"""How many of a thousand returning clients are admitted and brought up to date at once.

A processor does no more in the same time, and new messages get their turn in between.
"""
IDENTIFIED_WITHIN_SECONDS = 10
UNIDENTIFIED_IN_ALL, UNIDENTIFIED_OF_ADDRESS = 1 / 2, 1 / 3
"""The largest shares of all places for unidentified clients: in all, and of one network."""
UNIDENTIFIED_AT_LEAST = 10
SETTLES_WITHIN_SECONDS = 1.0
"""How long a new client keeps its place in any case: an honest one identifies at once."""
MAX_PACKETS_OF_A_POST = 1_000


class Bucket:
    """A token bucket: it fills at a rate up to a size, and refuses what it does not hold."""

    def __init__(self, per_second: float, at_once: float) -> None:
        """Start full."""
        self._rate = per_second
        self._size = self._level = at_once
        self._then = time.monotonic()

    def take(self, amount: float = 1) -> bool:
        """Take the amount and return True, or take nothing and return False."""
        now = time.monotonic()
        self._level = min(self._size, self._level + (now - self._then) * self._rate)
        self._then = now
        if self._level < amount:
            return False
        self._level -= amount
        return True
