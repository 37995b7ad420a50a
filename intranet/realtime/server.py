"""Sockets in this process: the only place that knows Flask-SocketIO and what is under it."""

import logging
import sys
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any
from weakref import WeakSet

from flask import Flask
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError as Refused

from intranet.accounts.credentials import Credential, lives
from intranet.core import clock
from intranet.core.capacity import SOCKETS_ON_GEVENT, SOCKETS_ON_THREADS
from intranet.core.database import GONE
from intranet.core.errors import Problem, SignInRequired, Unavailable
from intranet.core.events import holding
from intranet.core.stopping import on_stop
from intranet.core.web import settings_of
from intranet.realtime import calls, counters
from intranet.realtime.connections import Connection, Connections
from intranet.realtime.ends import Ends
from intranet.realtime.frames import POLICY, RESTART
from intranet.realtime.gate import Gate
from intranet.realtime.identity import identify
from intranet.realtime.limits import (
    FRAME_BYTES,
    REFUSED_IN_A_ROW,
    RETURNING_AT_ONCE,
    SOCKETS_OF_A_PERSON,
)
from intranet.realtime.manager import Manager
from intranet.realtime.order import Message
from intranet.realtime.pings import Pings
from intranet.realtime.pushing import JunkError, Pushes
from intranet.realtime.relay import Relay
from intranet.realtime.stock import StockSocket, stock_table
from intranet.realtime.transport import WebSocket, direct_table
from intranet.realtime.turns import Turns
from intranet.realtime.wire import (
    CONNECTION_PARTS,
    EVENTS,
    Asked,
    IllFormedError,
    acknowledgement_frame,
    asked,
)

log = logging.getLogger(__name__)

NAMESPACE = "/"
CATCHES_UP = "conversation:sync"
WAITS_SECONDS = 20
"""To be let in: who gives up and comes again costs more than who waits."""
CHANNEL = "intranet:sockets:2:"
ASKS_AGAIN_SECONDS = 300
ASKS_PER_SECOND = 20
GREETS_PER_SECOND = 200
KEPT = ("HTTP_COOKIE", "HTTP_ORIGIN")


class Realtime:
    """The sockets of one application in one process."""

    def __init__(self, app: Flask) -> None:
        """Put the server before the application."""
        self.app = app
        self.connections = Connections()
        self.pushes = Pushes(app, self.connections)
        app.extensions["dispatcher"].together = self.pushes.together
        self._websockets: WeakSet[WebSocket | StockSocket] = WeakSet()
        self._entrance = threading.BoundedSemaphore(RETURNING_AT_ONCE)
        self._arriving: dict[str, Connection] = {}
        self._present: dict[str, Connection] = {}
        self._starting = threading.Lock()
        self._is_started = False
        self._stopped = threading.Event()
        self._server = self._make_server()
        self._catching_up = Turns(RETURNING_AT_ONCE, self._server.start_background_task)
        settings = settings_of(app)
        most = SOCKETS_ON_GEVENT if async_mode() == "gevent" else SOCKETS_ON_THREADS
        self.gate = Gate(app.wsgi_app, settings.base_url, most)
        app.__dict__["wsgi_app"] = self.gate
        if settings.redis_url:
            self.pushes.relay = Relay(
                settings.redis_url,
                CHANNEL + settings.base_url,
                heard=self._heard,
                returned=self.resync,
            )

    def _make_server(self) -> Any:
        quiet = logging.getLogger("intranet.realtime.library")
        quiet.setLevel(logging.ERROR)  # what it says below that holds what people write
        server = SocketIO(
            self.app,
            async_mode=async_mode(),
            async_handlers=False,  # but for catching up, a client is answered in its order
            client_manager=Manager(),
            transports=["websocket"],
            allow_upgrades=False,
            cors_allowed_origins=[],  # the gate asks
            max_http_buffer_size=FRAME_BYTES,
            manage_session=False,
            logger=quiet,
            engineio_logger=quiet,
        ).server
        engine = server.eio
        is_stock = settings_of(self.app).sockets == "stock"
        with_ours = stock_table if is_stock else direct_table
        if not is_stock:
            Pings(engine)
        engine._async = with_ours(  # noqa: SLF001 - the table of this server alone; named in tests/realtime
            engine._async,  # noqa: SLF001 - see above
            run=engine.start_background_task,
            opened=self._opened,
        )
        engine.on("message", self._message)
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        return server

    def _opened(self, websocket: WebSocket | StockSocket) -> None:
        self._websockets.add(websocket)
        with self._starting:
            if self._is_started:
                return
            self._is_started = True
            # Not at the start of the process: gunicorn forks after that, and threads stay behind.
            if self.pushes.relay:
                self.pushes.relay.start(self._server.start_background_task)
            self._server.start_background_task(self._keep_asking)
            ends = Ends(self.app, self.connections, self._stopped)
            self._server.start_background_task(ends.follow)

    def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        engine_id = self._server.manager.eio_sid_from_sid(sid, NAMESPACE)
        websocket = self._server.eio.sockets[engine_id].queue.websocket
        self._server.environ[engine_id] = {name: environ.get(name) for name in KEPT}
        with self.app.app_context():
            identity = identify(environ, auth)
        # Whoever is connected hears what is said: a token that may not read is as good as none.
        credential = Credential.of(identity) if identity and not identity.must_enrol else None
        if identity is None or credential is None or not identity.may("read"):
            counters.refused.labels("unauthorized").inc()
            raise Refused("unauthorized")
        person_id = identity.account.person_id
        if len(self.connections.of_person(person_id)) >= SOCKETS_OF_A_PERSON:
            counters.refused.labels("too many").inc()
            raise Refused("too many")
        self._arriving[engine_id] = Connection(websocket, credential, person_id)

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        engine_id = self._server.manager.eio_sid_from_sid(sid, NAMESPACE)
        self._arriving.pop(engine_id, None)
        if connection := self._present.pop(engine_id, None):
            self.connections.remove(connection)
            connection.websocket.must_identify()

    def _message(self, engine_id: str, packet: str) -> None:
        """Take a packet of a client. Nothing that it sends is an error of ours."""
        kind = packet[:1]
        try:
            if kind in CONNECTION_PARTS:
                self._come_or_go(engine_id, packet)
            elif kind in EVENTS and (connection := self._present.get(engine_id)):
                self._call(connection, packet)
        except Exception:
            log.exception("socket")

    def _come_or_go(self, engine_id: str, packet: str) -> None:
        engine_socket = self._server.eio.sockets.get(engine_id)
        if engine_socket is None:
            return
        websocket: WebSocket | StockSocket = engine_socket.queue.websocket
        if not websocket.arrivals.take():
            websocket.end(POLICY)
            return
        if not self._entrance.acquire(timeout=WAITS_SECONDS):
            websocket.end(RESTART)
            return
        try:
            self._let_in(engine_id, packet, websocket)
        finally:
            self._entrance.release()

    def _let_in(self, engine_id: str, packet: str, websocket: WebSocket | StockSocket) -> None:
        try:
            self._server._handle_eio_message(engine_id, packet)  # noqa: SLF001 - the handler that ours stands before
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            log.info("a packet that is none")
        except GONE as error:
            log.warning("nobody can be let in: %s", type(error).__name__)
            websocket.end(RESTART)
        # The library has written by now that the client is connected: pushes may follow.
        if connection := self._arriving.pop(engine_id, None):
            self._present[engine_id] = connection
            websocket.is_identified()
            self.connections.add(connection)
            try:
                self._greet(connection)
            except Exception:
                log.exception("greeting who comes")
                websocket.end(RESTART)  # who is not greeted would wait for it for ever

    def _call(self, connection: Connection, packet: str) -> None:
        try:
            call = asked(packet)
        except IllFormedError as error:
            self._refuse(connection, error.number, calls.ill_formed)
            return
        if not connection.calls.take():
            self._refuse(connection, call.number, calls.too_fast)
            connection.refused_in_a_row += 1
            if connection.refused_in_a_row > REFUSED_IN_A_ROW:
                connection.cut()
            return
        connection.refused_in_a_row = 0
        if call.event == CATCHES_UP and call.data.get("conversations"):
            if connection.catches_up.acquire(blocking=False):
                do = partial(self._catch_up, connection, call)
                self._catching_up.wait(connection.person_id, do)
            else:
                self._refuse(connection, call.number, calls.too_fast)
            return
        with holding() as hold:
            try:
                self._answer(connection, call)
            finally:
                hold.release()

    def _catch_up(self, connection: Connection, call: Asked) -> None:
        try:
            if connection in self.connections.of_person(connection.person_id):
                self._answer(connection, call)
        except Exception:
            log.exception("who catches up")
        finally:
            connection.catches_up.release()

    def _answer(self, connection: Connection, call: Asked) -> None:
        """Write the acknowledgement; only then go the pushes of what was committed for it."""
        with self.app.app_context():
            try:
                reply = calls.answer(self.connections, connection, call)
            except SignInRequired as ended:
                self._acknowledge(connection, call.number, calls.error(ended))
                connection.end_sign_in("ended")
                return
            except GONE:
                reply = calls.error(Unavailable())
            except Exception:
                log.exception("who asks")
                reply = calls.error(Problem())
            self._acknowledge(connection, call.number, reply)

    def _refuse(self, connection: Connection, number: int | None, reply: Any) -> None:
        with self.app.app_context():
            if number is not None:
                self._acknowledge(connection, number, reply())

    def _acknowledge(
        self, connection: Connection, number: int | None, reply: Mapping[str, Any]
    ) -> None:
        if number is not None:
            connection.write(acknowledgement_frame(number, reply))

    def _greet(self, connection: Connection) -> None:
        """Say where everything stands, so that the client asks for what it lacks."""
        with self.app.app_context():
            try:
                person = calls.still(connection).person
            except SignInRequired:
                connection.end_sign_in("ended")
                return
            hello = {"person_id": person.id, "server_time": clock.now()}
            connection.tell("hello", {**hello, **calls.greetings(person)})

    def _heard(self, message: Message) -> None:
        if message.get("kind") == "resync":
            self.resync()
            return
        try:
            self.pushes.serve(message)
        except JunkError:
            counters.junk.inc()

    def resync(self) -> None:
        """Greet everybody again, one after the other: something may have been missed."""
        self._server.start_background_task(self._greet_all)

    def _greet_all(self) -> None:
        for connection in self.connections.everybody():
            if self._stopped.wait(1 / GREETS_PER_SECOND):
                return
            try:
                self._greet(connection)
            except Exception:
                log.exception("greeting")

    def _keep_asking(self) -> None:
        """End the sockets of sign-ins that ended by their date, which nobody announces."""
        while not self._stopped.wait(ASKS_AGAIN_SECONDS):
            for connection in self.connections.everybody():
                self._stopped.wait(1 / ASKS_PER_SECOND)
                try:
                    with self.app.app_context():
                        if not lives(connection.credential):
                            connection.end_sign_in("ended")
                except Exception:
                    log.exception("who is there")

    def shut_down(self) -> None:
        """Take no more sockets, and tell those that are open to come back elsewhere."""
        self.gate.is_closed = True
        self._stopped.set()
        for websocket in list(self._websockets):
            websocket.end(RESTART)
        self._server.eio.shutdown()
        if self.pushes.relay:
            self.pushes.relay.stop()


_all: WeakSet[Realtime] = WeakSet()


def async_mode() -> str:
    """How this process does many things at once: gevent where it took over, else threads."""
    monkey = sys.modules.get("gevent.monkey")
    return "gevent" if monkey and monkey.is_module_patched("socket") else "threading"


def init_app(app: Flask) -> None:
    """Put the sockets before an application. Only `core.hosts` wraps it once more."""
    realtime = app.extensions["realtime"] = Realtime(app)
    _all.add(realtime)


def shut_down(app: Flask) -> None:
    """Tell all sockets of this process to come back elsewhere."""
    realtime: Realtime = app.extensions["realtime"]
    realtime.shut_down()


def _shut_down_all() -> None:
    for realtime in list(_all):
        realtime.shut_down()


on_stop(_shut_down_all)
