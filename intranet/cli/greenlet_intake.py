"""gunicorn's gevent worker, changed to receive small bodies before the application is called.

Importing it patches the standard library, as gevent does.
"""

import time
from contextlib import ExitStack
from functools import partial
from typing import Any

from gunicorn.http.body import LengthReader
from gunicorn.workers.ggevent import GeventWorker

from intranet.cli.request_intake import (
    LOOKS_EVERY_SECONDS,
    SMALL_BYTES,
    TOO_MANY,
    TOO_SLOW,
    WAITS_SECONDS,
    BodySlot,
    BodySlots,
    address_of,
    paced,
)


class GreenletIntake(GeventWorker):  # type: ignore[misc] # gunicorn has no types
    """A gevent worker that calls the application once a small body has arrived.

    Headers have the time limit of the base class: gunicorn's `keepalive` setting.
    """

    proxies = 0
    """The number of proxies trusted to report the client's address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = BodySlots()

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        """Wait for a small body, or for a slot for a large one; then call the application."""
        reader = req.body.reader
        with paced(req.unreader), ExitStack() as leaving:
            if isinstance(reader, LengthReader) and not _is_asked_for(req):
                length = reader.length
            else:
                length = SMALL_BYTES + 1
            if length > SMALL_BYTES:
                address = _address(req, addr, self.proxies)
                if not _wait_for_place(self._places, address):
                    sock.sendall(TOO_MANY)
                    raise StopIteration
                place = BodySlot(partial(self._places.give_back, address))
                place.leave_when_read(reader)
                leaving.callback(place.leave)
            elif length and not _has_come(req.body, length):
                sock.sendall(TOO_SLOW)
                raise StopIteration
            return super().handle_request(listener_name, req, sock, addr)


def _is_asked_for(req: Any) -> bool:
    """Return whether the body is sent only when the application asks for it."""
    return any(name == "EXPECT" for name, _value in req.headers)


def _has_come(body: Any, length: int) -> bool:
    """Wait for a small body and keep it for the application; return whether all of it arrived."""
    try:
        data = body.read(length)
    except TimeoutError:
        return False
    body.buf.write(data)
    return len(data) == length


def _wait_for_place(places: BodySlots, address: str) -> bool:
    until = time.monotonic() + WAITS_SECONDS
    while not places.take(address):
        if time.monotonic() > until:
            return False
        time.sleep(LOOKS_EVERY_SECONDS)
    return True


def _address(req: Any, peer: Any, proxies: int) -> str:
    said = ",".join(value for name, value in req.headers if name == "X-FORWARDED-FOR")
    return address_of(peer, said, proxies)
