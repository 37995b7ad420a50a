"""The sockets of this process: the only module that knows Flask-SocketIO and its parts."""

import logging
import socket
import sys
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any
from weakref import WeakSet

from flask import Flask

from intranet.delivery.realtime import client_events, counters
from intranet.delivery.realtime.client_limits import SocketPlaces
from intranet.delivery.realtime.connecting import Entrance
from intranet.delivery.realtime.connections import Connections, SocketConnection
from intranet.delivery.realtime.ended_sign_ins import EndedSignInPoller
from intranet.delivery.realtime.engine_http import EngineHttp
from intranet.delivery.realtime.frames import RESTART
from intranet.delivery.realtime.limits import MAX_REFUSED_IN_A_ROW, MAX_RETURNING
from intranet.delivery.realtime.origin_check import Gate
from intranet.delivery.realtime.packets import (
    CONNECTION_PARTS,
    EVENTS,
    IllFormedError,
    SocketEvent,
    acknowledgement_frame,
    parse_event,
)
from intranet.delivery.realtime.push_order import Message
from intranet.delivery.realtime.pushing import JunkError, Pushes
from intranet.delivery.realtime.read_only_told import ReadOnlyTeller
from intranet.delivery.realtime.session_handover import SessionHandover
from intranet.delivery.realtime.socketio_setup import make_server
from intranet.delivery.realtime.work_queue import TaskLimiter
from intranet.organisation.accounts.credentials import lives
from intranet.platform.core import clock
from intranet.platform.core.capacity import MAX_SOCKETS_ON_GEVENT, MAX_SOCKETS_ON_THREADS
from intranet.platform.core.database import GONE
from intranet.platform.core.errors import Problem, SignInRequired, Unavailable
from intranet.platform.core.events import holding
from intranet.platform.core.shutdown import on_stop
from intranet.platform.core.web import settings_of

log = logging.getLogger(__name__)

SYNC_EVENT = "conversation:sync"
CHANNEL = "intranet:sockets:2:"
RECHECK_EVERY_SECONDS = 300
RECHECKS_PER_SECOND = 20
GREETS_PER_SECOND = 200


class Realtime:
    """The sockets of one application in one process."""

    def __init__(self, app: Flask) -> None:
        """Put the server in front of the application."""
        self.app = app
        self.connections = Connections()
        self.pushes = Pushes(app, self.connections)
        app.extensions["dispatcher"].join_pushes = self.pushes.joined
        self._starting = threading.Lock()
        self._is_started = False
        self._stopped = threading.Event()
        self._server = make_server(app, async_mode())
        self._server.eio.on("message", self._message)
        self._entrance = Entrance(app, self._server, self.connections, self._greet)
        self._catching_up = TaskLimiter(MAX_RETURNING, self._server.start_background_task)
        settings = settings_of(app)
        most = MAX_SOCKETS_ON_GEVENT if async_mode() == "gevent" else MAX_SOCKETS_ON_THREADS
        self.places = SocketPlaces(most)
        folder = settings.data_dir / "sockets" / socket.gethostname()
        self._handover = SessionHandover(settings.machine, None if settings.on_sqlite else folder)
        self._requests = EngineHttp(self._server, self.places, self._handover, enters=self._begin)
        app.__dict__["wsgi_app"] = Gate(app.wsgi_app, self._requests, settings)
        if settings.redis_url:
            from intranet.delivery.realtime.relay import Relay  # noqa: PLC0415 - only where Redis is used

            self.pushes.relay = Relay(
                settings.redis_url,
                CHANNEL + settings.base_url,
                heard=self._heard,
                returned=self.resync,
            )

    def _begin(self) -> None:
        """Start the background tasks, with the first client."""
        with self._starting:
            if self._is_started:
                return
            self._is_started = True
            # Not at the start of the process: gunicorn forks later, and threads do not survive it.
            run = self._server.start_background_task
            self._handover.start(self._requests, run)
            if self.pushes.relay:
                self.pushes.relay.start(run)
            run(self._recheck_sign_ins)
            run(EndedSignInPoller(self.app, self.connections, self._stopped).follow)
            run(ReadOnlyTeller(self.app, self.connections, self._stopped).follow)

    def _message(self, engine_id: str, packet: str) -> None:
        """Handle a packet of a client; log an exception, and keep the connection."""
        kind = packet[:1]
        try:
            if kind in CONNECTION_PARTS:
                self._entrance.come_or_go(engine_id, packet)
            elif kind in EVENTS and (connection := self._entrance.present.get(engine_id)):
                self._call(connection, packet)
        except Exception:
            log.exception("socket")

    def _call(self, connection: SocketConnection, packet: str) -> None:
        try:
            call = parse_event(packet)
        except IllFormedError as error:
            self._refuse(connection, error.number, client_events.ill_formed)
            return
        if not connection.calls.take():
            self._refuse(connection, call.number, client_events.too_fast)
            connection.refused_in_a_row += 1
            if connection.refused_in_a_row > MAX_REFUSED_IN_A_ROW:
                connection.cut()
            return
        connection.refused_in_a_row = 0
        if call.event == SYNC_EVENT and call.data.get("conversations"):
            if connection.catches_up.acquire(blocking=False):
                do = partial(self._catch_up, connection, call)
                self._catching_up.wait(connection.person_id, do)
            else:
                self._refuse(connection, call.number, client_events.too_fast)
            return
        with holding() as hold:
            try:
                self._answer(connection, call)
            finally:
                hold.release()

    def _catch_up(self, connection: SocketConnection, call: SocketEvent) -> None:
        try:
            if connection in self.connections.of_person(connection.person_id):
                self._answer(connection, call)
        except Exception:
            log.exception("who catches up")
        finally:
            connection.catches_up.release()

    def _answer(self, connection: SocketConnection, call: SocketEvent) -> None:
        """Write the acknowledgement; only then are the pushes of its commit sent."""
        with self.app.app_context():
            try:
                reply = client_events.answer(self.connections, connection, call)
            except SignInRequired as ended:
                self._acknowledge(connection, call.number, client_events.error(ended))
                connection.end_sign_in("ended")
                return
            except GONE:
                reply = client_events.error(Unavailable())
            except Exception:
                log.exception("who asks")
                reply = client_events.error(Problem())
            self._acknowledge(connection, call.number, reply)

    def _refuse(self, connection: SocketConnection, number: int | None, reply: Any) -> None:
        with self.app.app_context():
            if number is not None:
                self._acknowledge(connection, number, reply())

    def _acknowledge(
        self, connection: SocketConnection, number: int | None, reply: Mapping[str, Any]
    ) -> None:
        if number is not None:
            connection.write(acknowledgement_frame(number, reply))

    def _greet(self, connection: SocketConnection) -> None:
        """Send `hello`, so that the client asks for what it lacks."""
        with self.app.app_context():
            try:
                person = client_events.current_person(connection).person
            except SignInRequired:
                connection.end_sign_in("ended")
                return
            hello = {"person_id": person.id, "server_time": clock.now()}
            connection.tell("hello", {**hello, **client_events.greetings(person)})

    def _heard(self, message: Message) -> None:
        if message.get("kind") == "resync":
            self.resync()
            return
        try:
            self.pushes.serve(message)
        except JunkError:
            counters.junk.inc()

    def resync(self) -> None:
        """Greet all clients again, one after the other, since pushes may have been missed."""
        self._server.start_background_task(self._greet_all)

    def _greet_all(self) -> None:
        for connection in self.connections.everybody():
            if self._stopped.wait(1 / GREETS_PER_SECOND):
                return
            try:
                self._greet(connection)
            except Exception:
                log.exception("greeting")

    def _recheck_sign_ins(self) -> None:
        """Close the sockets of sign-ins that expired by date, which no event announces."""
        while not self._stopped.wait(RECHECK_EVERY_SECONDS):
            for connection in self.connections.everybody():
                self._stopped.wait(1 / RECHECKS_PER_SECOND)
                try:
                    with self.app.app_context():
                        if not lives(connection.credential):
                            connection.end_sign_in("ended")
                except Exception:
                    log.exception("who is there")

    def shut_down(self) -> None:
        """Accept no more sockets, and tell open ones to reconnect elsewhere."""
        if self._stopped.is_set():
            return
        self.places.is_closed = True
        self._stopped.set()
        for session in self._entrance.sessions():
            session.end(RESTART)
        self._handover.stop()
        self._server.eio.shutdown()
        if self.pushes.relay:
            self.pushes.relay.stop()


_all: WeakSet[Realtime] = WeakSet()


def async_mode() -> str:
    """Return the concurrency model of this process: gevent if it is patched in, else threads."""
    monkey = sys.modules.get("gevent.monkey")
    return "gevent" if monkey and monkey.is_module_patched("socket") else "threading"


def init_app(app: Flask) -> None:
    """Put the sockets in front of an application. Only `core.allowed_hosts` wraps it once more."""
    realtime = app.extensions["realtime"] = Realtime(app)
    _all.add(realtime)


def shut_down(app: Flask) -> None:
    """Tell all sockets of this process to reconnect elsewhere."""
    realtime: Realtime = app.extensions["realtime"]
    realtime.shut_down()


def _shut_down_all() -> None:
    for realtime in list(_all):
        realtime.shut_down()


on_stop(_shut_down_all)
