"""The pace of a run: batches so small that others hardly wait, and turns for other long work."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from intranet.platform.core.outbox_claims import HandedOverError

TURN_SECONDS = 20
TARGET_SECONDS = 0.01
"""How long a batch should take: others may have to wait for so long."""
MIN_ROWS, MAX_ROWS = 40, 500


@dataclass
class Pacer:
    """The size of the next batch, from how long the last one took, with a rest as long.

    After some time it makes way for other long work that waits in the outbox.
    """

    size: int = MIN_ROWS
    rest: Callable[[float], object] = field(default=time.sleep)
    ends_at: float = field(default_factory=lambda: time.monotonic() + TURN_SECONDS)

    def after(self, seconds: float) -> None:
        """Rest as long as the batch took, and adapt the size of the next one.

        Raises:
            HandedOverError: others have waited long enough; the run goes on after them.
        """
        if time.monotonic() > self.ends_at:
            raise HandedOverError
        if seconds > TARGET_SECONDS * 1.5:
            self.size = max(MIN_ROWS, self.size * 2 // 3)
        elif seconds < TARGET_SECONDS / 1.5:
            self.size = min(MAX_ROWS, self.size * 3 // 2)
        self.rest(seconds)
