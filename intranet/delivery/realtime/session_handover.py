"""Hand a request and its connection to the process of this machine that has its session.

Processes share one port, so each request of a polling client may reach any of them. A session id
begins with the tag of its process. A process that gets a request with another tag hands over the
accepted connection, with what it has read of the request, and the other process answers directly.
So no thread of the first process waits for the answer, and upgrades to a WebSocket work too.
"""

import json
import logging
import os
import re
import secrets
import socket
import string
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from intranet.delivery.realtime import counters
from intranet.delivery.realtime.limits import FRAME_BYTES
from intranet.delivery.realtime.transport import leave, socket_of

log = logging.getLogger(__name__)

CHARACTERS = string.ascii_lowercase + string.digits
OWN_CHARACTERS = 6
TAG_CHARACTERS = 8
TAG = re.compile(r"[a-z0-9]{8}")
"""Two characters for the machine, by which a proxy finds it, and six for the process."""
HANDED = (
    *("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "CONTENT_LENGTH"),
    *("HTTP_COOKIE", "HTTP_ORIGIN", "HTTP_AUTHORIZATION", "HTTP_CONNECTION", "HTTP_UPGRADE"),
    *("HTTP_SEC_WEBSOCKET_KEY", "HTTP_SEC_WEBSOCKET_VERSION"),
)
HEAD = struct.Struct("!I")
MESSAGE_BYTES = FRAME_BYTES + 64 * 1024
BACKLOG = 1_024
TAKEN_WITHIN_SECONDS = 5.0
ANSWERED_WITHIN_SECONDS = 10.0

Environ = dict[str, Any]
Serve = Callable[[Environ, Callable[..., object]], Iterable[bytes]]


class SessionHandover:
    """Hands connections to the other processes of this machine, and accepts theirs."""

    def __init__(self, machine: str, folder: Path | None) -> None:
        """Store the two characters of this machine, and the folder where its processes meet.

        Without a folder there is only one process.
        """
        self._machine = machine
        self._folder = folder
        self._listener: socket.socket | None = None
        self._serve: Serve
        self._run: Callable[..., object]
        self.tag = ""

    def start(self, serve: Serve, run: Callable[..., object]) -> None:
        """Choose a tag, and accept the connections of its sessions from now on.

        Args:
            serve: answers a request as a WSGI application.
            run: starts a task.
        """
        own = "".join(secrets.choice(CHARACTERS) for _ in range(OWN_CHARACTERS))
        self.tag = self._machine + own
        self._serve, self._run = serve, run
        if self._folder is None:
            return
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._forget_ended()
        self._listener = _new_socket()
        with _short(self._folder) as folder:
            self._listener.bind(f"{folder}/.{self.tag}")
            Path(folder, f".{self.tag}").chmod(0o600)
            self._listener.listen(BACKLOG)
            # Others take the file as a sign of a living process, so create it once this listens.
            Path(folder, f".{self.tag}").rename(Path(folder, self.tag))
        run(self._take_all)

    def stop(self) -> None:
        """Accept no more connections."""
        if self._listener is not None and self._folder is not None:
            (self._folder / self.tag).unlink(missing_ok=True)
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def is_of_another(self, sid: str) -> bool:
        """Return whether a session may belong to another process of this machine."""
        tag = sid[:TAG_CHARACTERS]
        return self._folder is not None and tag != self.tag and bool(TAG.fullmatch(tag))

    def hand(self, sid: str, environ: Environ, body: bytes) -> None:
        """Hand a request over. It returns only if no process here has the session's tag.

        Raises:
            Exception: makes the WSGI server forget the connection.
        """
        if self._folder is None:
            return
        head = json.dumps({name: environ[name] for name in HANDED if name in environ}).encode()
        message = HEAD.pack(len(head)) + head + body
        try:
            with _new_socket() as there, _short(self._folder) as folder:
                there.settimeout(TAKEN_WITHIN_SECONDS)
                there.connect(f"{folder}/{sid[:TAG_CHARACTERS]}")
                socket.send_fds(there, [message], [socket_of(environ).fileno()])
        except OSError:
            return
        counters.handed.inc()
        leave(environ)

    def _take_all(self) -> None:
        listener = self._listener
        while listener is not None:
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            self._run(self._take, connection)

    def _take(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.settimeout(TAKEN_WITHIN_SECONDS)
                message, descriptors, _flags, _from = socket.recv_fds(connection, MESSAGE_BYTES, 1)
            if descriptors:
                with socket.socket(fileno=descriptors[0]) as client:
                    self._answer(message, client)
        except OSError:
            log.info("a connection that was handed over has gone")
        except Exception:
            log.exception("a connection that was handed over")

    def _answer(self, message: bytes, client: socket.socket) -> None:
        (size,) = HEAD.unpack_from(message)
        head, body = message[HEAD.size : HEAD.size + size], message[HEAD.size + size :]
        client.settimeout(None)
        environ = {**json.loads(head), "wsgi.input": BytesIO(body), "gunicorn.socket": client}
        lines: list[str] = []

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            lines[:] = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]

        try:
            payload = b"".join(self._serve(environ, start_response))
        except StopIteration:  # an ended WebSocket
            return
        lines.append("Connection: close")
        client.settimeout(ANSWERED_WITHIN_SECONDS)
        client.sendall("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + payload)

    def _forget_ended(self) -> None:
        """Remove what killed processes left behind."""
        if self._folder is None:
            return
        for left in self._folder.iterdir():
            if not TAG.fullmatch(left.name):
                continue
            with _new_socket() as there, _short(self._folder) as folder:
                try:
                    there.connect(f"{folder}/{left.name}")
                except ConnectionRefusedError:
                    left.unlink(missing_ok=True)
                except OSError:
                    continue


def _new_socket() -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * MESSAGE_BYTES)
    return made


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """Yield a short name for a folder, since socket paths are limited to about a hundred bytes."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        short = f"/proc/self/fd/{descriptor}"
        yield short if Path(short).exists() else str(folder)
    finally:
        os.close(descriptor)
