"""Events: what happened, who listens within the transaction, and who is told after it."""

import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from typing import Any

from flask import Flask, current_app

from intranet.extensions import db
from intranet.platform.core import measures
from intranet.platform.core.operation import doing

log = logging.getLogger(__name__)

Handler = Callable[[Any], None]
ACKNOWLEDGED_WITHIN_SECONDS = 0.1


class Bus:
    """Who listens to which event. `subscribers.py` is the only place that fills it."""

    def __init__(self) -> None:
        """Begin with nobody listening."""
        self._within: dict[type, list[Handler]] = defaultdict(list)
        self._after: dict[type, list[Handler]] = defaultdict(list)

    def within(self, event: type, *handlers: Handler) -> None:
        """Let handlers write in the transaction in which the event happens."""
        _add(self._within[event], handlers)

    def after_commit(self, event: type, *handlers: Handler) -> None:
        """Let handlers tell people, once the event is stored."""
        _add(self._after[event], handlers)

    def handle_within(self, event: object) -> None:
        """Run the handlers that take part; an error ends the transaction."""
        for handler in self._within[type(event)]:
            handler(event)

    def handle_after(self, event: object) -> None:
        """Run the handlers that tell; one that fails is logged, and catching up heals it."""
        for handler in self._after[type(event)]:
            try:
                handler(event)
            except Exception:
                log.exception("after commit: %s, %s", type(event).__name__, handler.__name__)
                db.session.rollback()  # what it left half done is none of the next one's


def _add(listeners: list[Handler], handlers: Sequence[Handler]) -> None:
    listeners.extend(handler for handler in handlers if handler not in listeners)


class Hold:
    """The acknowledgement of a request, which goes before the pushes that the request causes."""

    def __init__(self) -> None:
        """Begin unanswered."""
        self._answered = threading.Event()

    def release(self) -> None:
        """Let the pushes go: the answer has been written."""
        self._answered.set()

    def wait(self, until: float) -> None:
        """Wait for the answer, but never so long that one request delays the others."""
        if not self._answered.is_set():
            self._answered.wait(max(0, until - time.monotonic()))


TOGETHER = 64
Committed = tuple[list[object], Sequence[Hold]]
_hold: ContextVar[Hold | None] = ContextVar("hold", default=None)


@contextmanager
def holding() -> Iterator[Hold]:
    """Keep back the pushes of what is committed in this block until its hold is released.

    The block may end before the release: a socket's answer is written after its handler.
    """
    hold = Hold()
    token = _hold.set(hold)
    try:
        yield hold
    finally:
        _hold.reset(token)


def current_hold() -> Hold | None:
    """The hold of the answer that is being prepared, where there is one."""
    return _hold.get()


class Dispatcher:
    """Runs what follows commits, in commit order, on one thread of the process.

    Fifty threads that commit and then push sent up to 9 % out of order; each such gap makes
    every reader ask for what it lacks.
    """

    def __init__(self, app: Flask) -> None:
        """Take the application in whose context the handlers run."""
        self._app = app
        self._queue: queue.SimpleQueue[Committed | None]
        self._queue = queue.SimpleQueue()
        self._idle = threading.Condition()
        self._waiting = 0
        self.line = measures.Line(measures.dispatched)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.together: Callable[[], AbstractContextManager[object]] = nullcontext
        """What is done around the handling of several commits at once: joining their pushes."""

    def enqueue(self, events: list[object], holds: Sequence[Hold] = ()) -> None:
        """Take the events of one commit. Call it before the next commit can happen.

        Args:
            holds: of the answers that go first, beside the caller's own.
        """
        if not events:
            return
        with self._idle:
            self._waiting += 1
        own = _hold.get()
        self.line.enter(id(events))
        self._queue.put((events, [*holds, own] if own and own not in holds else holds))
        if self._thread is None:
            self._start()

    def drain(self, timeout_seconds: float = 10) -> bool:
        """Wait until everything taken so far has been handled."""
        with self._idle:
            return self._idle.wait_for(lambda: self._waiting == 0, timeout_seconds)

    def stop(self) -> None:
        """End the thread, once everything taken so far has been handled."""
        self.drain()
        self._queue.put(None)

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        ends = False
        while not ends:
            commits, ends = self._take()
            until = time.monotonic() + ACKNOWLEDGED_WITHIN_SECONDS
            for _events, holds in commits:
                for hold in holds:
                    hold.wait(until)
            try:
                self._handle([event for events, _holds in commits for event in events])
            except Exception:
                log.exception("dispatcher")
            for events, _holds in commits:
                self.line.leave(id(events))
            with self._idle:
                self._waiting -= len(commits)
                self._idle.notify_all()

    def _take(self) -> tuple[list[Committed], bool]:
        """Wait for a commit; it and those that came meanwhile, and whether it is the end."""
        commits: list[Committed] = []
        taken = self._queue.get()
        with suppress(queue.Empty):
            while taken is not None:
                commits.append(taken)
                if len(commits) == TOGETHER:
                    return commits, False
                taken = self._queue.get_nowait()
            return commits, True
        return commits, False

    def _handle(self, events: list[object]) -> None:
        with self._app.app_context(), self.together(), doing("after commit"):
            for event in events:
                bus.handle_after(event)


bus = Bus()


def dispatcher() -> Dispatcher:
    """The dispatcher of the current application."""
    found: Dispatcher = current_app.extensions["dispatcher"]
    return found
