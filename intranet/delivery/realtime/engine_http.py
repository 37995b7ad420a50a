"""The requests of Engine.IO: handshakes, polls, what is sent beside them, and upgrades.

Source: the Engine.IO protocol, revision 4, and what its server for Node.js answers where that
says nothing. The library makes the sessions and carries WebSockets; polls and posts are answered
here, since it loses what a post of more than 16 packets holds and says that all was well.
"""

import _socket
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from engineio.exceptions import EngineIOError
from engineio.packet import Packet

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.handing import Handing
from intranet.delivery.realtime.identity import kept_of
from intranet.delivery.realtime.limits import BYTES_PER_UNIT, FRAME_BYTES, PACKETS_OF_A_POST
from intranet.delivery.realtime.outbox import KERNEL_BYTES
from intranet.delivery.realtime.places import Places
from intranet.delivery.realtime.polling import HungUpError
from intranet.delivery.realtime.session import Session
from intranet.delivery.realtime.transport import PACKET, key_of, socket_of
from intranet.platform.core.networks import network_of

PLACE = "intranet.place"
POLLING, WEBSOCKET = "polling", "websocket"
VERSION = "4"
SEPARATOR = "\x1e"
CLOSE = "1"
LARGE_BYTES = 32 * 1024
AGAIN_SECONDS = "10"

Environ = dict[str, Any]
StartResponse = Callable[..., object]


class RefusedError(Exception):
    """A request that is answered with an error of the protocol."""

    def __init__(self, code: int, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def unknown_transport() -> RefusedError:
    """The transport is none."""
    return RefusedError(0, "Transport unknown")


def unknown_session() -> RefusedError:
    """The session is none, has ended, or is not that of whoever asks."""
    return RefusedError(1, "Session ID unknown")


def bad_method() -> RefusedError:
    """A handshake is a GET."""
    return RefusedError(2, "Bad handshake method")


def bad_request(status: int = HTTPStatus.BAD_REQUEST) -> RefusedError:
    """The request breaks a rule."""
    return RefusedError(3, "Bad request", status)


def forbidden() -> RefusedError:
    """The request comes from a page of others."""
    return RefusedError(4, "Forbidden", HTTPStatus.FORBIDDEN)


def unsupported_version() -> RefusedError:
    """The client speaks another revision of the protocol."""
    return RefusedError(5, "Unsupported protocol version")


class EngineHttp:
    """Answers the requests of Engine.IO in this process."""

    def __init__(
        self, server: Any, places: Places, handing: Handing, *, enters: Callable[[], object]
    ) -> None:
        """Take the Socket.IO server, the places, and the way to other processes.

        Args:
            server: the library's.
            places: the room for clients.
            handing: where requests for sessions of others go.
            enters: is called before a client enters.
        """
        self._server = server
        self._engine = server.eio
        self._places = places
        self._handing = handing
        self._enters = enters
        new_id = self._engine.generate_id
        self._engine.generate_id = lambda: handing.tag + new_id()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        query = parse_qs(environ.get("QUERY_STRING", ""))
        try:
            transport = _transport_of(query)
            if environ["REQUEST_METHOD"] == "GET" and _announces_body(environ):
                raise bad_request()  # it would hold a place for bodies for as long as it waits
            sid = query.get("sid", [""])[0]
            if not sid:
                return self._handshake(environ, start_response, query, transport)
            if self._handing.is_of_another(sid):
                is_post = environ["REQUEST_METHOD"] == "POST"
                self._handing.hand(sid, environ, _body(environ) if is_post else b"")
                raise unknown_session()  # of a process that has ended
            session = self._session(sid, environ)
            if transport == WEBSOCKET:
                return self._upgrade(session, environ, start_response)
            match environ["REQUEST_METHOD"]:
                case "GET":
                    payload = self._poll(session, environ)
                case "POST":
                    payload = self._take(session, environ)
                case _:
                    raise bad_request()
        except RefusedError as refused:
            return refuse(start_response, refused)
        start_response("200 OK", _headers("text/plain; charset=UTF-8", len(payload)))
        return [payload]

    def _handshake(
        self,
        environ: Environ,
        start_response: StartResponse,
        query: dict[str, list[str]],
        transport: str,
    ) -> Iterable[bytes]:
        """Let a client begin, if it does so well and there is a place."""
        if environ["REQUEST_METHOD"] != "GET":
            raise bad_method()
        if query.get("EIO") != [VERSION]:
            raise unsupported_version()
        if transport == WEBSOCKET and not _is_websocket(environ):
            raise bad_request()
        place = self._places.take(network_of(environ.get("REMOTE_ADDR") or ""))
        if place is None:
            counters.refused.labels("full").inc()
            return _full(start_response)
        self._enters()
        environ[PLACE] = place
        begun = False
        try:
            if transport == WEBSOCKET:
                answer: Iterable[bytes] = self._engine.handle_request(environ, start_response)
                return answer
            opened = b"".join(self._engine.handle_request(environ, _ignore))
            begun = place.let_go is not None
        finally:
            if not begun:
                place.leave()
        if not begun:
            raise bad_request()
        start_response("200 OK", _headers("text/plain; charset=UTF-8", len(opened)))
        return [opened]

    def _session(self, sid: str, environ: Environ) -> Session:
        engine_socket = self._engine.sockets.get(sid)
        if engine_socket is None or engine_socket.closed or not engine_socket.connected:
            raise unknown_session()
        session: Session = engine_socket.queue
        if not _is_own(session, environ):
            raise unknown_session()
        return session

    def _upgrade(
        self, session: Session, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        engine_socket = session.engine_socket
        is_late = session.websocket is not None or engine_socket.upgrading
        if is_late or environ["REQUEST_METHOD"] != "GET" or not _is_websocket(environ):
            raise bad_request()
        self._note(session, environ)
        try:
            answer: Iterable[bytes] = self._engine.handle_request(environ, start_response)
            return answer
        finally:
            if engine_socket.closed:  # else the client polls on
                session.place.leave()

    def _poll(self, session: Session, environ: Environ) -> bytes:
        """Return the packets that wait for the client, once there are some; one poll at a time."""
        with _alone(session, session.getting):
            connection = socket_of(environ)
            try:
                payload = session.poll(lambda: _has_hung_up(connection))
            except HungUpError:
                counters.hung_up.inc()
                session.close()
                raise bad_request() from None
            if not _is_own(session, environ):  # it was said meanwhile whose the session is
                session.close()
                raise unknown_session()
            if len(payload) > LARGE_BYTES:  # so that no thread waits for a slow reader
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
            if session.is_over:
                session.close()
            return payload

    def _take(self, session: Session, environ: Environ) -> bytes:
        """Take the packets of a client in their order; what cannot be taken ends it."""
        with _alone(session, session.posting):
            try:
                packets = _packets(_body(environ), session)
            except RefusedError:
                session.close()
                raise
            self._note(session, environ)
            for packet in packets:
                if packet == CLOSE:
                    session.close()
                    break
                self._receive(session, packet)
        return b"ok"

    def _receive(self, session: Session, packet: str) -> None:
        engine_socket = session.engine_socket
        if PACKET.match(packet):  # what is none is passed over, as it is on a WebSocket
            try:
                engine_socket.receive(Packet(encoded_packet=packet))
            except (EngineIOError, ValueError) as error:
                session.close()
                raise bad_request() from error
        if engine_socket.closed:
            raise bad_request()

    def _note(self, session: Session, environ: Environ) -> None:
        """Keep of the request by what its sender is known, should it carry who they are."""
        if session.deadline is not None:
            sid = session.engine_socket.sid
            self._server.environ[sid] = kept_of(environ, self._server.environ.get(sid))


def _ignore(_status: str, _headers: list[tuple[str, str]]) -> None:
    """Take what the library would answer with: what we do says also that nobody may keep it."""


def refuse(start_response: StartResponse, refused: RefusedError) -> Iterable[bytes]:
    """Answer with an error as the protocol has it."""
    body = json.dumps({"code": refused.code, "message": refused.message}).encode()
    status = HTTPStatus(refused.status)
    start_response(f"{status} {status.phrase}", _headers("application/json", len(body)))
    return [body]


def _transport_of(query: dict[str, list[str]]) -> str:
    transport = query.get("transport", [""])[0]
    if transport not in (POLLING, WEBSOCKET):
        raise unknown_transport()
    if "j" in query:  # a script of others could read what JSONP answers
        raise bad_request()
    return transport


def _announces_body(environ: Environ) -> bool:
    announced = environ.get("CONTENT_LENGTH") or "0"
    return announced != "0" or "HTTP_TRANSFER_ENCODING" in environ or "HTTP_EXPECT" in environ


def _is_websocket(environ: Environ) -> bool:
    is_asked = environ.get("HTTP_UPGRADE", "").lower() == WEBSOCKET
    parts = environ.get("HTTP_CONNECTION", "").lower().split(",")
    return is_asked and "upgrade" in map(str.strip, parts) and key_of(environ) is not None


def _is_own(session: Session, environ: Environ) -> bool:
    """Whether a request shows by what its session was opened: the id alone must not read it."""
    proof = session.proof
    return proof is None or proof.is_in(environ)


@contextmanager
def _alone(session: Session, lock: Any) -> Iterator[None]:
    """Refuse, and end, a client that polls or posts twice at once: its order would be lost."""
    if session.websocket is not None:
        raise bad_request()
    if not lock.acquire(blocking=False):
        session.close()
        raise bad_request()
    try:
        yield
    finally:
        lock.release()


def _body(environ: Environ) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdecimal()):
        raise bad_request(HTTPStatus.LENGTH_REQUIRED)
    if int(length) > FRAME_BYTES:
        raise bad_request(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        body: bytes = environ["wsgi.input"].read(int(length))
    except OSError as error:
        raise bad_request() from error
    if len(body) < int(length):
        raise bad_request()
    return body


def _packets(body: bytes, session: Session) -> list[str]:
    try:
        packets = body.decode().split(SEPARATOR)
    except UnicodeDecodeError as error:
        raise bad_request() from error
    if len(packets) > PACKETS_OF_A_POST:
        raise bad_request()
    if not session.frames.take(len(packets) + len(body) / BYTES_PER_UNIT):
        raise bad_request(HTTPStatus.TOO_MANY_REQUESTS)
    return packets


def _has_hung_up(connection: socket.socket) -> bool:
    """Whether the other side has closed a connection on which it waits for an answer."""
    # The operating system's socket under the one of gevent, whose `recv` would wait.
    raw = _socket.socket(fileno=connection.fileno())
    try:
        return not raw.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        raw.detach()


def _full(start_response: StartResponse) -> Iterable[bytes]:
    body = b"503 Service Unavailable\n"
    headers = [*_headers("text/plain; charset=UTF-8", len(body)), ("Retry-After", AGAIN_SECONDS)]
    start_response("503 Service Unavailable", headers)
    return [body]


def _headers(media_type: str, length: int) -> list[tuple[str, str]]:
    return [
        ("Content-Type", media_type),
        ("Content-Length", str(length)),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
