"""Clients that connect, identify themselves and leave."""

import json
import logging
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from socketio.exceptions import ConnectionRefusedError as Refused

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.connections import Connections, SocketConnection
from intranet.delivery.realtime.engine_http import PLACE
from intranet.delivery.realtime.frames import POLICY, RESTART, frame
from intranet.delivery.realtime.identity import complete_credentials, identify, proof_of
from intranet.delivery.realtime.limits import MAX_RETURNING, MAX_SOCKETS_OF_A_PERSON
from intranet.delivery.realtime.session import Session
from intranet.platform.core.database import GONE

log = logging.getLogger(__name__)

NAMESPACE = "/"
NAMESPACE_CHARACTERS = 200
WAITS_SECONDS = 20
"""How long a client waits to enter: coming back costs more than waiting."""


class Entrance:
    """Handles connects and disconnects in place of the library, a few at a time."""

    def __init__(
        self,
        app: Flask,
        server: Any,
        connections: Connections,
        greet: Callable[[SocketConnection], object],
    ) -> None:
        """Store the library's server, the connections, and the function that greets a client."""
        self._app = app
        self._server = server
        self._connections = connections
        self._greet = greet
        self._turns = threading.BoundedSemaphore(MAX_RETURNING)
        self._arriving: dict[str, SocketConnection] = {}
        self.present: dict[str, SocketConnection] = {}
        engine = server.eio
        engine.on("connect", self._begin)
        engine.on("disconnect", self._end)
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)

    def sessions(self) -> list[Session]:
        """Return all open sessions, identified or not."""
        return [engine_socket.queue for engine_socket in list(self._server.eio.sockets.values())]

    def come_or_go(self, engine_id: str, packet: str) -> None:
        """Handle a packet by which a client joins or leaves."""
        engine_socket = self._server.eio.sockets.get(engine_id)
        if engine_socket is None:
            return
        session: Session = engine_socket.queue
        if not session.arrivals.take():
            session.end(POLICY)
            return
        if (namespace := _namespace(packet)) != NAMESPACE:
            if packet.startswith("0") and len(namespace) <= NAMESPACE_CHARACTERS:
                session.outbox.write(_no_such(namespace))
            return
        session.place.is_entering = True
        try:
            if not self._turns.acquire(timeout=WAITS_SECONDS):
                session.end(RESTART)
                return
            try:
                self._let_in(engine_id, packet, session)
            finally:
                self._turns.release()
        finally:
            session.place.is_entering = False

    def _let_in(self, engine_id: str, packet: str, session: Session) -> None:
        try:
            self._server._handle_eio_message(engine_id, packet)  # noqa: SLF001 - the handler that ours stands before
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            log.info("a packet that is none")
        except GONE as error:
            log.warning("nobody can be let in: %s", type(error).__name__)
            session.end(RESTART)
        # The library has written by now that the client is connected: pushes may follow.
        if connection := self._arriving.pop(engine_id, None):
            self.present[engine_id] = connection
            session.is_identified()
            self._connections.add(connection)
            try:
                self._greet(connection)
            except Exception:
                log.exception("greeting who comes")
                session.end(RESTART)  # without a greeting the client would wait for ever
            if session.engine_socket.closed:  # a polling client may leave at any time
                self._forget(engine_id)

    def _begin(self, engine_id: str, environ: dict[str, Any]) -> None:
        engine_socket = self._server.eio.sockets[engine_id]
        polls = "HTTP_UPGRADE" not in environ
        engine_socket.queue.begin(engine_socket, environ[PLACE], polls=polls)
        self._server._handle_eio_connect(engine_id, complete_credentials(environ))  # noqa: SLF001 - as above

    def _end(self, engine_id: str, reason: str) -> None:
        self._server._handle_eio_disconnect(engine_id, reason)  # noqa: SLF001 - as above
        engine_socket = self._server.eio.sockets.pop(engine_id, None)
        if engine_socket is not None:
            engine_socket.queue.went()

    def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        engine_id = self._server.manager.eio_sid_from_sid(sid, NAMESPACE)
        session: Session = self._server.eio.sockets[engine_id].queue
        with self._app.app_context():
            present = identify(environ, auth)
            session.proof = proof_of(environ, auth) if present else None
        # Connected clients receive messages, so a token without the scope `read` is refused.
        if present is None or not present.may("read"):
            counters.refused.labels("unauthorized").inc()
            raise Refused("unauthorized")
        person_id = present.person.id
        if len(self._connections.of_person(person_id)) >= MAX_SOCKETS_OF_A_PERSON:
            counters.refused.labels("too many").inc()
            raise Refused("too many")
        self._arriving[engine_id] = SocketConnection(session, present.credential, person_id)

    def _disconnect(self, sid: str, _reason: object = None) -> None:
        engine_id = self._server.manager.eio_sid_from_sid(sid, NAMESPACE)
        self._arriving.pop(engine_id, None)
        self._forget(engine_id)

    def _forget(self, engine_id: str) -> None:
        if connection := self.present.pop(engine_id, None):
            self._connections.remove(connection)
            if not connection.session.engine_socket.closing:
                connection.session.must_identify()


def _namespace(packet: str) -> str:
    """Return the namespace that a packet names: `/` by default."""
    if packet[1:2] != "/":
        return NAMESPACE
    return packet[1:].partition(",")[0].partition("?")[0]


def _no_such(namespace: str) -> bytes:
    reason = json.dumps({"message": "Invalid namespace"}, separators=(",", ":"))
    return frame(f"44{namespace},{reason}".encode("utf-8", "replace"))
