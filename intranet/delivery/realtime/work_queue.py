"""Run what many clients ask for at the same time, a few at a time."""

import threading
from collections import deque
from collections.abc import Callable, Hashable

from intranet.delivery.realtime.transport import Run

Do = Callable[[], object]


class TaskLimiter:
    """Runs a limited number of tasks at once; waiting keys take turns.

    After a restart a thousand clients ask for what they lack. Their new messages must not wait for
    that, and a person with fifty windows must not delay others.
    """

    def __init__(self, most: int, run: Run) -> None:
        """Store how many tasks run at once, and a way to run one."""
        self._free = most
        self._run = run
        self._lock = threading.Lock()
        self._lines: dict[Hashable, deque[Do]] = {}

    def wait(self, key: Hashable, do: Do) -> None:
        """Run the task when it is this key's turn; return at once."""
        with self._lock:
            self._lines.setdefault(key, deque()).append(do)
            if not self._free:
                return
            self._free -= 1
        try:
            self._run(self._work)
        except RuntimeError:  # no thread can be started
            self._work()

    def _work(self) -> None:
        while do := self._next():
            try:
                do()
            except BaseException:
                self._give_back()
                raise

    def _next(self) -> Do | None:
        with self._lock:
            key = next(iter(self._lines), None)
            if key is None:
                self._free += 1
                return None
            line = self._lines.pop(key)
            do = line.popleft()
            if line:
                self._lines[key] = line  # to the end of the queue
            return do

    def _give_back(self) -> None:
        with self._lock:
            self._free += 1
