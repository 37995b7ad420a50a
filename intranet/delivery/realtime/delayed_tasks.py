"""Run the same action on many items after the same delay, with one task for all."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

log = logging.getLogger(__name__)

Item = TypeVar("Item")


class Delayed(Generic[Item]):
    """Runs an action on each item, a fixed time after it was added.

    All items wait equally long, so they are due in the order in which they were added.
    """

    def __init__(
        self,
        start: Callable[[Callable[[], None]], Any],
        sleep: Callable[[float], Any],
        do: Callable[[Item], object],
    ) -> None:
        """Store how to start a task, how it sleeps, and the action."""
        self._start = start
        self._sleep = sleep
        self._do = do
        self._waiting: deque[tuple[float, Item]] = deque()
        self._lock = threading.Lock()
        self._is_running = False

    def add(self, item: Item, seconds: float) -> None:
        """Run the action on an item after a delay, which is the same for all items."""
        with self._lock:
            self._waiting.append((time.monotonic() + seconds, item))
            if self._is_running:
                return
            self._is_running = True
        self._start(self._run)

    def _run(self) -> None:
        while (due := self._next()) is not None:
            try:
                self._do(due[0])
            except Exception:
                log.exception("what was due")

    def _next(self) -> tuple[Item] | None:
        """Wait for the next due item and return it; None if there are no more."""
        with self._lock:
            if not self._waiting:
                self._is_running = False
                return None
            due, item = self._waiting.popleft()
        self._sleep(max(0.0, due - time.monotonic()))
        return (item,)
