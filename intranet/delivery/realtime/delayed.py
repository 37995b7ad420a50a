"""The same thing done to many, each after the same time, by one task instead of one for each."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

log = logging.getLogger(__name__)

Item = TypeVar("Item")


class Delayed(Generic[Item]):
    """Does something to each item a while after it was added.

    All wait equally long, so who waits first is due first.
    """

    def __init__(
        self,
        start: Callable[[Callable[[], None]], Any],
        sleep: Callable[[float], Any],
        do: Callable[[Item], object],
    ) -> None:
        """Take how a task is started, how it sleeps, and what is done."""
        self._start = start
        self._sleep = sleep
        self._do = do
        self._waiting: deque[tuple[float, Item]] = deque()
        self._lock = threading.Lock()
        self._is_running = False

    def add(self, item: Item, seconds: float) -> None:
        """Have it done after so many seconds, the same for all."""
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
        """Return the part that is due, once it is; None where nothing waits any more."""
        with self._lock:
            if not self._waiting:
                self._is_running = False
                return None
            due, item = self._waiting.popleft()
        self._sleep(max(0.0, due - time.monotonic()))
        return (item,)
