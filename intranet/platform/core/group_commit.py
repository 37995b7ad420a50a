"""Group commit: the first caller does the work for every caller queued behind it."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

Take = Callable[[], list[T]]


class GroupCommit(Generic[T]):
    """Queues of callers, one for each key; the first in a queue serves all behind it.

    Fifty people who post at once would make fifty commits, each of which waits for the disk. Here
    the first caller begins a transaction; callers that arrive while it waits for its locks join it.
    No caller waits for others to arrive, except for those that can run at once.
    """

    def __init__(self, serve: Callable[[Take[T]], None], most: int) -> None:
        """Start with no queues.

        Args:
            serve: gets a function; calling it returns all items queued so far, up to `most`.
            most: how many items are served together.
        """
        self._serve = serve
        self._most = most
        self._lock = threading.Lock()
        self._lines: dict[Hashable, deque[_Waiting[T]]] = {}

    def join(self, key: Hashable, item: T) -> None:
        """Queue an item, and return once it was served. Raises whatever serving it raises."""
        mine = _Waiting(item)
        with self._lock:
            line = self._lines.get(key)
            if line is None:
                self._lines[key] = deque()
            else:
                line.append(mine)
        if line is not None:
            self._wait(key, mine)
        if not mine.is_served:
            self._lead(key, mine)
        if mine.error is not None:
            raise mine.error

    def _wait(self, key: Hashable, mine: "_Waiting[T]") -> None:
        try:
            mine.turn.acquire()
        except BaseException:  # such as a greenlet that is ended
            with self._lock:
                line = self._lines.get(key)
                is_waiting = line is not None and mine in line
                if line is not None and is_waiting:
                    line.remove(mine)
            if not is_waiting and not mine.is_served and not mine.is_taken:
                self._hand_on(key)  # this caller was next to lead
            raise

    def _hand_on(self, key: Hashable) -> None:
        with self._lock:
            line = self._lines[key]
            following = line.popleft() if line else None
            if following is None:
                del self._lines[key]
        if following is not None:
            following.turn.release()

    def _lead(self, key: Hashable, first: "_Waiting[T]") -> None:
        taken = [first]

        def take() -> list[T]:
            with self._lock:
                line = self._lines[key]
                while line and len(taken) < self._most:
                    taken.append(line.popleft())
                    taken[-1].is_taken = True
            return [each.item for each in taken]

        try:
            # Callers that are ready at the same moment join: one batch costs little more than one
            # item, and everybody is answered sooner than in two.
            time.sleep(0)
            self._serve(take)
        except BaseException as error:
            for each in taken[1:]:
                each.error = error
            raise
        finally:
            for each in taken[1:]:
                each.is_served = True
                each.turn.release()
            self._hand_on(key)


class _Waiting(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item
        self.is_served = self.is_taken = False
        self.error: BaseException | None = None
        self.turn = threading.Lock()
        self.turn.acquire()
