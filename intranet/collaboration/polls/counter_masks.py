"""Masks for the counters of polls by totals only, from the key of the installation.

A reader of the database, or of all its copies, sees every counter of the poll change to
an uninformative number after each vote. docs/decisions/0038 describes what remains possible.
"""

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

from intranet.platform.core.web import settings

PURPOSE = b"intranet polls 1"
MASK_BITS = 52
"""Long enough that the sum of a mask and a count of thousands reveals nothing of the count."""
VOTES_PER_STEP = 5
"""Results of an open poll are shown in steps of this many votes, never of fewer."""


@dataclass(frozen=True)
class Seal:
    """The masks that hide the counters of a poll.

    A mask depends on `state`, the number of votes so far, so that none is used twice.
    """

    poll_id: UUID
    key: bytes

    @classmethod
    def of(cls, poll_id: UUID) -> "Seal":
        """Return the masks that this installation gives a poll."""
        key = hmac.new(settings().secret_key.encode(), PURPOSE, hashlib.sha256).digest()
        return cls(poll_id, key)

    @property
    def check(self) -> str:
        """A digest that tells later whether the key is the same."""
        return self._digest(b"check").hex()[:32]

    def mask(self, column: str, number: int, state: int) -> int:
        """Return the mask of an option's counter after `state` votes."""
        digest = self._digest(f"{column} {number} {state}".encode())
        return int.from_bytes(digest[:8]) >> (64 - MASK_BITS)

    def step(self, column: str, number: int, state: int) -> int:
        """Return the difference between the mask after this vote and the one before."""
        return self.mask(column, number, state) - self.mask(column, number, state - 1)

    def _digest(self, said: bytes) -> bytes:
        return hmac.new(self.key, self.poll_id.bytes + said, hashlib.sha256).digest()
