"""The event bus: handlers within the transaction, and handlers after its commit."""

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
from intranet.platform.core import process_metrics
from intranet.platform.core.operation import doing
from intranet.platform.core.read_only import finishing

log = logging.getLogger(__name__)

Handler = Callable[[Any], None]
ACKNOWLEDGED_WITHIN_SECONDS = 0.1


class Bus:
    """The handlers of each event. Only `subscribers.py` fills it."""

    def __init__(self) -> None:
        """Begin without handlers."""
        self._within: dict[type, list[Handler]] = defaultdict(list)
        self._after: dict[type, list[Handler]] = defaultdict(list)

    def within(self, event: type, *handlers: Handler) -> None:
        """Register handlers that write in the transaction in which the event happens."""
        _add(self._within[event], handlers)

    def after_commit(self, event: type, *handlers: Handler) -> None:
        """Register handlers that notify people once the event is stored."""
        _add(self._after[event], handlers)

    def handle_within(self, event: object) -> None:
        """Run the handlers within the transaction; an error rolls it back."""
        for handler in self._within[type(event)]:
            handler(event)

    def handle_after(self, event: object) -> None:
        """Run the handlers after the commit; a failure is logged, and clients catch up later."""
        for handler in self._after[type(event)]:
            try:
                handler(event)
            except Exception:
                log.exception("after commit: %s, %s", type(event).__name__, handler.__name__)
                db.session.rollback()  # the next handler must not see its unfinished changes


def _add(listeners: list[Handler], handlers: Sequence[Handler]) -> None:
    listeners.extend(handler for handler in handlers if handler not in listeners)


class Hold:
    """Keeps back the pushes that a request causes until its acknowledgement is written."""

    def __init__(self) -> None:
        """Begin without an acknowledgement."""
        self._answered = threading.Event()

    def release(self) -> None:
        """Release the pushes, because the acknowledgement has been written."""
        self._answered.set()

    def wait(self, until: float) -> None:
        """Wait for the acknowledgement, but only so long that one request does not delay others."""
        if not self._answered.is_set():
            self._answered.wait(max(0, until - time.monotonic()))


BATCH_SIZE = 64
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
    """Return the hold of the request being answered, if any."""
    return _hold.get()


class Dispatcher:
    """Runs the handlers after commits, in the order of the commits, on one thread.

    With fifty threads that commit and push, up to 9 % of the pushes were out of order, and each
    such gap makes every client request the missing messages.
    """

    def __init__(self, app: Flask) -> None:
        """Store the application in whose context the handlers run."""
        self._app = app
        self._queue: queue.SimpleQueue[Committed | None]
        self._queue = queue.SimpleQueue()
        self._idle = threading.Condition()
        self._waiting = 0
        self.line = process_metrics.MeasuredQueue(process_metrics.dispatched)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.join_pushes: Callable[[], AbstractContextManager[object]] = nullcontext
        """A context manager around the handling of several commits, which joins their pushes."""

    def enqueue(self, events: list[object], holds: Sequence[Hold] = ()) -> None:
        """Enqueue the events of one commit. Call it before the next commit can happen.

        Args:
            holds: the holds to wait for, besides the caller's own.
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
        """Wait until every commit enqueued so far has been handled."""
        with self._idle:
            return self._idle.wait_for(lambda: self._waiting == 0, timeout_seconds)

    def stop(self) -> None:
        """End the thread, once every commit enqueued so far has been handled."""
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
        """Wait for a commit; return it with those queued meanwhile, and whether to stop."""
        commits: list[Committed] = []
        taken = self._queue.get()
        with suppress(queue.Empty):
            while taken is not None:
                commits.append(taken)
                if len(commits) == BATCH_SIZE:
                    return commits, False
                taken = self._queue.get_nowait()
            return commits, True
        return commits, False

    def _handle(self, events: list[object]) -> None:
        with self._app.app_context(), self.join_pushes(), doing("after commit"), finishing():
            for event in events:
                bus.handle_after(event)


bus = Bus()


def dispatcher() -> Dispatcher:
    """Return the dispatcher of the current application."""
    found: Dispatcher = current_app.extensions["dispatcher"]
    return found
