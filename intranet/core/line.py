"""Those who want the same thing done at once: the first does it for all who came meanwhile."""

import threading
from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

Take = Callable[[], list[T]]


class Line(Generic[T]):
    """Lines of callers, one for each key; whoever stands first serves all behind them.

    A transaction for each of fifty who post at once is fifty commits, each of which waits for the
    disk. Here the first begins one; while it waits for its locks the others come, and it takes
    them along. Nobody waits for others to come.
    """

    def __init__(self, serve: Callable[[Take[T]], None], most: int) -> None:
        """Take what serves: it calls what it is given, once, for the items that wait by then.

        Args:
            most: how many are served together.
        """
        self._serve = serve
        self._most = most
        self._lock = threading.Lock()
        self._lines: dict[Hashable, deque[_Waiting[T]]] = {}

    def join(self, key: Hashable, item: T) -> None:
        """Have it served, in the order of coming; return when it is. Raises what serving raises."""
        mine = _Waiting(item)
        with self._lock:
            line = self._lines.get(key)
            if line is None:
                self._lines[key] = deque()
            else:
                line.append(mine)
        if line is not None:
            mine.turn.acquire()
        if not mine.is_served:
            self._lead(key, mine)
        if mine.error is not None:
            raise mine.error

    def _lead(self, key: Hashable, first: "_Waiting[T]") -> None:
        taken = [first]

        def take() -> list[T]:
            with self._lock:
                line = self._lines[key]
                while line and len(taken) < self._most:
                    taken.append(line.popleft())
            return [each.item for each in taken]

        try:
            self._serve(take)
        except BaseException as error:
            for each in taken[1:]:
                each.error = error
            raise
        finally:
            with self._lock:
                line = self._lines[key]
                following = line.popleft() if line else None
                if following is None:
                    del self._lines[key]
            for each in taken[1:]:
                each.is_served = True
                each.turn.release()
            if following is not None:
                following.turn.release()


class _Waiting(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item
        self.is_served = False
        self.error: BaseException | None = None
        self.turn = threading.Lock()
        self.turn.acquire()
