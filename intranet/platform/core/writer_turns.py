"""The turns of processes that write to one SQLite database.

SQLite does not tell a process that others wait for its lock: they try again now and then. A process
that writes one transaction after the other kept them out for more than a second, unless it paused
for half as long as it wrote. Instead, each process holds the turn from its first attempt until it
has the lock, so that the next transaction of the other process waits until this one has begun.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAX_WAIT_SECONDS = 1.0
"""A process that was stopped may hold the turn for good; others then begin without it."""

RETRY_SECONDS = 0.0005


@contextmanager
def turn_to_write(folder: Path) -> Iterator[None]:
    """Hold the turn to begin a transaction that writes to the database in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)  # the folder is locked itself
    try:
        _wait(descriptor)
        yield
    finally:
        os.close(descriptor)  # which unlocks it


def _wait(descriptor: int) -> None:
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() - began > MAX_WAIT_SECONDS:
                return
            time.sleep(RETRY_SECONDS)
        except OSError:  # a file system without such locks
            return
        else:
            return
