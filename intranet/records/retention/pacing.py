"""The pace of a run: batches so small that others hardly wait, and turns for other long work."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from intranet.platform.core.database import on_sqlite
from intranet.platform.core.outbox import Pace, is_any_due
from intranet.platform.core.outbox_claims import HandedOverError, go_on

TURN_SECONDS = 20
TARGET_SECONDS = 0.025
"""How long a batch should hold its locks: others may have to wait for so long."""
SINGLE_WRITER_SECONDS = 0.006
"""The same on SQLite, where everybody waits who writes anything."""
ROWS_PER_SECOND = 2_000
"""How fast a run is at most: a million messages in nine minutes. Faster would only disturb."""
MIN_REST = 2
"""How long a run rests after each batch at least, in times of what it took."""
MIN_ROWS, MAX_ROWS = 25, 1000
"""A batch of fewer rows is hardly shorter: a transaction and its lock cost more than they do."""


@dataclass
class Pacer:
    """The size of the next batch, from how long the last one took, with a rest after each.

    After some time it makes way for other long work, if any waits in the outbox.
    """

    size: int = MIN_ROWS
    target: float = TARGET_SECONDS
    rest: Callable[[float], object] = field(default=time.sleep)
    ends_at: float = field(default_factory=lambda: time.monotonic() + TURN_SECONDS)
    began: float = 0
    rows: int = 0

    @classmethod
    def of_database(cls) -> Self:
        """Return a pacer for the database in use."""
        return cls(target=SINGLE_WRITER_SECONDS if on_sqlite() else TARGET_SECONDS)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Do a batch within the block, then rest.

        Raises:
            HandedOverError: others have waited long enough; the run goes on after them.
        """
        go_on()
        if time.monotonic() > self.ends_at:
            if is_any_due(Pace.LONG):
                raise HandedOverError
            self.ends_at = time.monotonic() + TURN_SECONDS
        self.begins(0)
        looked_from = self.began
        yield
        now = time.monotonic()
        left = self.rows / ROWS_PER_SECOND - (now - looked_from)
        self.rest(max((now - self.began) * MIN_REST, left))

    def begins(self, rows: int) -> None:
        """Measure from now: the batch of so many rows is at work, and others wait for it."""
        self.began, self.rows = time.monotonic(), rows

    def adapt(self) -> None:
        """Have the next batch take as long as it should, after a whole one."""
        took = max(time.monotonic() - self.began, self.target / 10)
        wanted = self.size * self.target / took
        self.size = max(MIN_ROWS, min(MAX_ROWS, round((self.size + wanted) / 2)))
