"""HTTP requests of Engine.IO: handshakes, polls, posts and upgrades.

Source: the Engine.IO protocol, revision 4, and the behaviour of its Node.js server where that is
silent. The library makes the sessions and carries WebSockets. Polls and posts are answered here:
the library loses the packets of a post beyond 16 and still reports success.
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
from intranet.delivery.realtime.client_limits import SocketPlaces
from intranet.delivery.realtime.identity import complete_credentials
from intranet.delivery.realtime.limits import BYTES_PER_UNIT, FRAME_BYTES, MAX_PACKETS_OF_A_POST
from intranet.delivery.realtime.poll_queue import HungUpError
from intranet.delivery.realtime.send_buffer import KERNEL_BYTES
from intranet.delivery.realtime.session import Session
from intranet.delivery.realtime.session_handover import SessionHandover
from intranet.delivery.realtime.transport import PACKET, key_of, socket_of
from intranet.platform.core.networks import network_of

PLACE = "intranet.place"
POLLING, WEBSOCKET = "polling", "websocket"
VERSION = "4"
SEPARATOR = "\x1e"
CLOSE = "1"
LARGE_BYTES = 32 * 1024
RETRY_SECONDS = "10"

Environ = dict[str, Any]
StartResponse = Callable[..., object]


class EngineRefusedError(Exception):
    """A request that is answered with an error of the protocol."""

    def __init__(self, code: int, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


def unknown_transport() -> EngineRefusedError:
    """Return the refusal of an unknown transport."""
    return EngineRefusedError(0, "Transport unknown")


def unknown_session() -> EngineRefusedError:
    """Return the refusal of a session that is unknown, has ended, or is another client's."""
    return EngineRefusedError(1, "Session ID unknown")


def bad_method() -> EngineRefusedError:
    """Return the refusal of a handshake that is not a GET."""
    return EngineRefusedError(2, "Bad handshake method")


def bad_request(status: int = HTTPStatus.BAD_REQUEST) -> EngineRefusedError:
    """Return the refusal of a request that breaks a rule."""
    return EngineRefusedError(3, "Bad request", status)


def forbidden() -> EngineRefusedError:
    """Return the refusal of a request from a page of another site."""
    return EngineRefusedError(4, "Forbidden", HTTPStatus.FORBIDDEN)


def unsupported_version() -> EngineRefusedError:
    """Return the refusal of another revision of the protocol."""
    return EngineRefusedError(5, "Unsupported protocol version")


class EngineHttp:
    """Answers the requests of Engine.IO in this process."""

    def __init__(
        self,
        server: Any,
        places: SocketPlaces,
        handover: SessionHandover,
        *,
        enters: Callable[[], object],
    ) -> None:
        """Wrap the library's server; `enters` is called before a client enters."""
        self._server = server
        self._engine = server.eio
        self._places = places
        self._handover = handover
        self._enters = enters
        new_id = self._engine.generate_id
        self._engine.generate_id = lambda: handover.tag + new_id()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as a WSGI application."""
        query = parse_qs(environ.get("QUERY_STRING", ""))
        try:
            transport = _transport_of(query)
            if environ["REQUEST_METHOD"] == "GET" and _announces_body(environ):
                raise bad_request()  # it would occupy a body slot while it waits
            sid = query.get("sid", [""])[0]
            if not sid:
                return self._handshake(environ, start_response, query, transport)
            if self._handover.is_of_another(sid):
                is_post = environ["REQUEST_METHOD"] == "POST"
                self._handover.hand(sid, environ, _body(environ) if is_post else b"")
                raise unknown_session()  # its process has ended
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
        except EngineRefusedError as refused:
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
        """Open a session, if the request is valid and there is a free place."""
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
            if engine_socket.closed:  # else the client keeps polling
                session.place.leave()

    def _poll(self, session: Session, environ: Environ) -> bytes:
        """Wait for packets for the client and return them; one poll at a time."""
        with _alone(session, session.getting):
            connection = socket_of(environ)
            try:
                payload = session.poll(lambda: _has_hung_up(connection))
            except HungUpError:
                counters.hung_up.inc()
                session.close()
                raise bad_request() from None
            if not _is_own(session, environ):  # it was identified meanwhile
                session.close()
                raise unknown_session()
            if len(payload) > LARGE_BYTES:  # no thread may wait for a slow reader
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
            if session.is_over:
                session.close()
            return payload

    def _take(self, session: Session, environ: Environ) -> bytes:
        """Accept the packets of a client in order; an invalid one ends the session."""
        with _alone(session, session.posting):
            try:
                packets = _packets(_body(environ), session)
            except EngineRefusedError:
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
        if PACKET.match(packet):  # skip invalid packets, as a WebSocket does
            try:
                engine_socket.receive(Packet(encoded_packet=packet))
            except (EngineIOError, ValueError) as error:
                session.close()
                raise bad_request() from error
        if engine_socket.closed:
            raise bad_request()

    def _note(self, session: Session, environ: Environ) -> None:
        """Keep the request's credentials while the client still has to identify itself."""
        if session.deadline is not None:
            sid = session.engine_socket.sid
            self._server.environ[sid] = complete_credentials(environ, self._server.environ.get(sid))


def _ignore(_status: str, _headers: list[tuple[str, str]]) -> None:
    """Drop the response headers of the library; ours are sent instead, and forbid caching."""


def refuse(start_response: StartResponse, refused: EngineRefusedError) -> Iterable[bytes]:
    """Answer with an error as the protocol defines it."""
    body = json.dumps({"code": refused.code, "message": refused.message}).encode()
    status = HTTPStatus(refused.status)
    start_response(f"{status} {status.phrase}", _headers("application/json", len(body)))
    return [body]


def _transport_of(query: dict[str, list[str]]) -> str:
    transport = query.get("transport", [""])[0]
    if transport not in (POLLING, WEBSOCKET):
        raise unknown_transport()
    if "j" in query:  # scripts of other sites could read JSONP
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
    """Return whether a request carries the session's credentials: its id alone is not enough."""
    proof = session.proof
    return proof is None or proof.is_in(environ)


@contextmanager
def _alone(session: Session, lock: Any) -> Iterator[None]:
    """Hold the lock for the block; end the session if its client polls or posts twice at once."""
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
    if len(packets) > MAX_PACKETS_OF_A_POST:
        raise bad_request()
    if not session.frames.take(len(packets) + len(body) / BYTES_PER_UNIT):
        raise bad_request(HTTPStatus.TOO_MANY_REQUESTS)
    return packets


def _has_hung_up(connection: socket.socket) -> bool:
    """Return whether the client has closed a connection on which it waits for an answer."""
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
    headers = [*_headers("text/plain; charset=UTF-8", len(body)), ("Retry-After", RETRY_SECONDS)]
    start_response("503 Service Unavailable", headers)
    return [body]


def _headers(media_type: str, length: int) -> list[tuple[str, str]]:
    return [
        ("Content-Type", media_type),
        ("Content-Length", str(length)),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
