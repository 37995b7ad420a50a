"""Masks for the counters of polls by totals only, from the key of the installation.

Whoever has the database alone, one copy of it or all of them, sees after each vote every counter
of the poll at another number that says nothing. docs/decisions/0038 tells what remains possible.
"""

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

from intranet.platform.core.web import settings

PURPOSE = b"intranet polls 1"
BITS = 52
"""A mask is so long that adding the few thousand of a number to it shows nothing of the number."""
STEP = 5
"""Results of an open poll are shown in steps of so many votes, and never of fewer."""


@dataclass(frozen=True)
class Seal:
    """The masks of one poll. `state` is the number of votes in it, so that none is used twice."""

    poll_id: UUID
    key: bytes

    @classmethod
    def of(cls, poll_id: UUID) -> "Seal":
        """The masks that this installation gives a poll."""
        key = hmac.new(settings().secret_key.encode(), PURPOSE, hashlib.sha256).digest()
        return cls(poll_id, key)

    @property
    def check(self) -> str:
        """By which it is known later whether the key is the same."""
        return self._digest(b"check").hex()[:32]

    def mask(self, column: str, number: int, state: int) -> int:
        """What is added to a counter of an option after so many votes."""
        digest = self._digest(f"{column} {number} {state}".encode())
        return int.from_bytes(digest[:8]) >> (64 - BITS)

    def step(self, column: str, number: int, state: int) -> int:
        """What changes of the mask from the vote before to this one."""
        return self.mask(column, number, state) - self.mask(column, number, state - 1)

    def _digest(self, said: bytes) -> bytes:
        return hmac.new(self.key, self.poll_id.bytes + said, hashlib.sha256).digest()
