"""gunicorn's threaded worker, changed to receive a request before a thread handles it."""

import selectors
import socket
import time
from collections import deque
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

from intranet.cli.request_intake import (
    LINGERS_SECONDS,
    LOOKS_EVERY_SECONDS,
    RECEIVED_BYTES,
    TOO_LONG,
    TOO_MANY,
    TOO_SLOW,
    WAITS_SECONDS,
    Arrival,
    BodySlot,
    BodySlots,
    paced,
)
from intranet.platform.core.capacity import MAX_ARRIVING_REQUESTS


class ThreadedIntake(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """A threaded worker whose loop receives requests before a thread handles them.

    Everything runs in the loop except `handle` and `handle_request`, which run in threads.
    """

    proxies = 0
    """The number of proxies trusted to report the client's address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._arrivals: dict[Any, Arrival] = {}
        self._waiting: deque[Arrival] = deque()
        self._places = BodySlots()
        self._lingering: dict[Any, float] = {}
        self._looked_at = 0.0

    def enqueue_req(self, conn: Any) -> None:
        """Receive the next request of a connection; part of it may be here already."""
        conn.close = partial(self._close, conn)
        begun = conn.parser.unreader.take_buffered() if conn.parser else b""
        arrival = Arrival(conn, self.proxies, begun)
        conn.sock.settimeout(0)
        if self._receive(arrival):
            return
        self._arrivals[conn] = arrival
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_more, arrival))
        if len(self._arrivals) > MAX_ARRIVING_REQUESTS:
            self._refuse(next(iter(self._arrivals.values())), TOO_SLOW)

    def handle(self, conn: Any) -> Any:
        """Parse the request that has arrived, and answer it."""
        conn.sock.settimeout(None)
        conn.init()
        conn.parser.unreader.unread(bytes(conn.arrival.data))
        conn.arrival.data.clear()
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Call the application, which reads a large body at a minimum pace."""
        if conn.arrival.place:
            conn.arrival.place.leave_when_read(req.body.reader)
        with paced(req.unreader):
            return super().handle_request(req, conn)

    def finish_request(self, conn: Any, result: Any) -> None:
        """Release the slot of a large body."""
        if conn.arrival.place:
            conn.arrival.place.leave()
        super().finish_request(conn, result)

    def murder_pending(self) -> None:
        """Close requests that take too long and, when the process ends, unstarted ones."""
        super().murder_pending()
        now = time.monotonic()
        if now - self._looked_at < LOOKS_EVERY_SECONDS:
            return
        self._looked_at = now
        for arrival in list(self._arrivals.values()):
            if now > arrival.deadline or not (self.alive or arrival.data):
                self._refuse(arrival, TOO_SLOW if arrival.data else b"")
        while self._waiting and now > self._waiting[0].deadline:
            self._refuse(self._waiting.popleft(), TOO_MANY)
        for conn, until in list(self._lingering.items()):
            if now > until:
                self._close_now(conn)

    def _on_more(self, arrival: Arrival, _socket: Any) -> None:
        if arrival.conn in self._arrivals:  # else it was refused since the loop woke
            self._receive(arrival)

    def _receive(self, arrival: Arrival) -> bool:
        """Read the bytes that have arrived; return whether the loop is done with the request."""
        while not arrival.is_whole():
            if arrival.is_too_long:
                self._refuse(arrival, TOO_LONG)
                return True
            try:
                data = arrival.conn.sock.recv(RECEIVED_BYTES)
            except BlockingIOError:
                return False
            except OSError:
                data = b""
            if not data:
                self._refuse(arrival, b"")
                return True
            arrival.data += data
        self._forget(arrival)
        self._hand_over(arrival)
        return True

    def _hand_over(self, arrival: Arrival) -> None:
        if not arrival.is_large or self._place_for(arrival):
            self._submit(arrival)
        elif len(self._waiting) < MAX_ARRIVING_REQUESTS:
            arrival.deadline = time.monotonic() + WAITS_SECONDS
            self._waiting.append(arrival)
        else:
            self._refuse(arrival, TOO_MANY)

    def _place_for(self, arrival: Arrival) -> bool:
        if not self._places.take(arrival.address):
            return False
        arrival.place = BodySlot(partial(self._give_back, arrival.address))
        return True

    def _give_back(self, address: str) -> None:
        """Release a slot; a thread does so as soon as it has read the body."""
        self._places.give_back(address)
        self.method_queue.defer(self._let_in)

    def _let_in(self) -> None:
        for arrival in list(self._waiting):
            if self._place_for(arrival):
                self._waiting.remove(arrival)
                self._submit(arrival)

    def _submit(self, arrival: Arrival) -> None:
        arrival.conn.arrival, arrival.conn.data_ready = arrival, True
        super().enqueue_req(arrival.conn)

    def _refuse(self, arrival: Arrival, answer: bytes) -> None:
        self._forget(arrival)
        self.nr_conns -= 1
        with suppress(OSError):
            arrival.conn.sock.send(answer)
        arrival.conn.close()

    def _forget(self, arrival: Arrival) -> None:
        if self._arrivals.pop(arrival.conn, None):
            self.poller.unregister(arrival.conn.sock)

    def _close(self, conn: Any, *, graceful: bool = False) -> None:
        """Close a connection without making others wait for its client to hang up."""
        if graceful:
            try:
                conn.sock.settimeout(0)
                conn.sock.shutdown(socket.SHUT_WR)
            except OSError:
                graceful = False
        if not graceful:
            util.close(conn.sock)
            return
        self._lingering[conn] = time.monotonic() + LINGERS_SECONDS
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_last, conn))
        if len(self._lingering) > MAX_ARRIVING_REQUESTS:
            self._close_now(next(iter(self._lingering)))

    def _on_last(self, conn: Any, _socket: Any) -> None:
        """Discard what the client still sends, so that a reset does not lose the answer."""
        try:
            has_gone = not conn.sock.recv(RECEIVED_BYTES)
        except BlockingIOError:
            return
        except OSError:
            has_gone = True
        if has_gone:
            self._close_now(conn)

    def _close_now(self, conn: Any) -> None:
        if self._lingering.pop(conn, None):
            self.poller.unregister(conn.sock)
            util.close(conn.sock)
