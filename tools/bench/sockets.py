"""Many Socket.IO clients on one thread, cheap enough not to disturb the measurement.

A broadcast reaches each client in the same bytes: it is parsed once and cached by its bytes. Other
packets are decoded only where the result is needed.
"""

import base64
import json
import os
import resource
import select
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from uuid import UUID

TEXT, CLOSE = 0x81, 0x88  # each with the FIN bit: one frame per message
MAX_PAYLOAD_BYTES = 1 << 20  # our server sends nothing larger: the stream is out of step
LENGTH_16, LENGTH_64 = 126, 127
CHUNK_BYTES = 32 * 1024
KERNEL_BYTES = 64 * 1024  # the receive buffer of a client that does not read
MAX_CONNECTING = 32
STUCK_SECONDS = 60
RETRY_SECONDS = 0.05
MAX_KNOWN_PAYLOADS = 64
POSTED, HELLO = b'42["message:posted"', b'42["hello"'
CLIENT_ID = "{:08x}-0000-4000-8000-{:012x}"


class BrokenError(ValueError):
    """The stream of frames is invalid: bytes are missing or superfluous."""


class BenchPushedMessage(NamedTuple):
    """A message as it is pushed: its revision and the number of our post."""

    rev: int
    number: int


@dataclass(eq=False)
class Client:
    """A connection; `name` is its number in the pool. Revisions are counted as they arrive."""

    name: int
    cookie: str
    sock: socket.socket
    rest: bytes = b""
    is_upgraded: bool = False
    is_greeted: bool = False
    is_broken: bool = False
    next_id: int = 0
    rev: int = 0
    missing: set[int] = field(default_factory=set)
    doubled: int = 0
    disordered: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether the connection has ended, so that the client may open another."""
        return self.sock.fileno() < 0

    def hear(self, rev: int) -> None:
        """Record a received revision, and count those that are late or repeated."""
        if rev > self.rev:
            self.missing.update(range(self.rev + 1, rev))
            self.rev = rev
        elif rev in self.missing:
            self.missing.remove(rev)
            self.disordered += 1
        else:
            self.doubled += 1

    def ask(self, event: str, payload: Any) -> int:
        """Send an event, and return the number of its acknowledgement."""
        number = self.next_id
        self.next_id += 1
        self.send(f"42{number}{json.dumps([event, payload])}")
        return number

    def send(self, text: str) -> None:
        """Send a text frame, masked with zeros, which is cheap, and safe as there is no proxy."""
        data = text.encode()
        head = bytes([TEXT])
        if len(data) < LENGTH_16:
            head += bytes([0x80 | len(data)])
        elif len(data) < 1 << 16:
            head += bytes([0x80 | LENGTH_16]) + struct.pack("!H", len(data))
        else:
            head += bytes([0x80 | LENGTH_64]) + struct.pack("!Q", len(data))
        self.sock.sendall(head + b"\0\0\0\0" + data)


class Listener(Protocol):
    """The receiver of what the server sends to the clients."""

    def told(self, client: Client, messages: Sequence[BenchPushedMessage]) -> None:
        """Handle messages that the client has not counted yet."""

    def answered(self, client: Client, number: int, body: bytes) -> None:
        """Handle the acknowledgement `number`; `body` is a JSON list."""

    def greeted(self, client: Client, rev: int) -> None:
        """Handle the connection of a client, with the conversation at revision `rev`."""

    def gone(self, client: Client) -> None:
        """Handle the end of a connection."""


class BenchClientPool:
    """A pool of clients on one epoll loop."""

    def __init__(self, address: tuple[str, int], conversation_id: UUID) -> None:
        """Prepare a pool for the server at `address` and one of its conversations."""
        self._address = address
        self.conversation_id = str(conversation_id)
        self._poll = select.epoll()
        self._by_descriptor: dict[int, Client] = {}
        self._known: dict[bytes, tuple[BenchPushedMessage, ...]] = {}
        self._last: tuple[bytes, tuple[BenchPushedMessage, ...]] = (b"", ())
        self._mark = int.from_bytes(os.urandom(4), "big")
        self._posts = 0
        self.clients: list[Client] = []
        _allow_open_files()

    def connect(self, cookies: Sequence[str], listener: Listener) -> None:
        """Connect a client with each of these cookies, and wait until all are greeted."""
        coming: list[Client] = []
        waiting, since = list(reversed(cookies)), time.monotonic()
        while waiting or coming:
            while waiting and len(coming) < MAX_CONNECTING:
                client = self._new_client(waiting.pop())
                self.clients.append(client)
                coming.append(client)
            self.listen(0.1, listener)
            for client in coming:
                if client.is_gone:  # the server does not listen yet
                    time.sleep(RETRY_SECONDS)
                    self.connect_again(client)
            if len(left := [one for one in coming if not one.is_greeted]) < len(coming):
                since = time.monotonic()
            coming = left
            if time.monotonic() - since > STUCK_SECONDS:
                raise TimeoutError(f"{len(coming)} clients are not greeted")

    def connect_again(self, client: Client) -> None:
        """Reconnect a client whose connection has ended."""
        client.sock = self._begun()
        client.rest, client.is_upgraded, client.is_greeted = b"", False, False
        self._by_descriptor[client.sock.fileno()] = client

    def _new_client(self, cookie: str) -> Client:
        client = Client(len(self.clients), cookie, self._begun())
        self._by_descriptor[client.sock.fileno()] = client
        return client

    def _begun(self) -> socket.socket:
        sock = new_socket(self._address)
        self._poll.register(sock, select.EPOLLOUT)
        return sock

    def listen(self, seconds: float, listener: Listener) -> None:
        """Wait up to `seconds` for data, and pass it to the listener."""
        for descriptor, events in self._poll.poll(seconds):
            client = self._by_descriptor[descriptor]
            if events & select.EPOLLOUT:
                self._is_connected(client, listener)
                continue
            try:
                data = client.sock.recv(CHUNK_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                self._end(client, listener)
            elif not client.rest and (told := self._recognised(data)):
                listener.told(client, told)
            elif not client.is_broken:
                try:
                    self._read(client, data, listener)
                except BrokenError:
                    client.is_broken = True

    def stall(self, client: Client) -> None:
        """Stop reading from a client."""
        self._poll.unregister(client.sock)

    def resume(self, client: Client) -> None:
        """Read from a stalled client again."""
        self._poll.register(client.sock, select.EPOLLIN)

    def post(self, client: Client, body: str) -> tuple[int, int]:
        """Post as a client, and return the numbers of the post and of its acknowledgement."""
        self._posts += 1
        client_id = CLIENT_ID.format(self._mark, self._posts)
        payload = {
            "conversation_id": self.conversation_id,
            "client_id": client_id,
            "body": body,
        }
        return self._posts, client.ask("message:post", payload)

    def close(self) -> None:
        """Close all connections."""
        for client in self.clients:
            client.sock.close()
        self._poll.close()

    def _is_connected(self, client: Client, listener: Listener) -> None:
        if client.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._end(client, listener)
            return
        self._poll.modify(client.sock, select.EPOLLIN)
        client.sock.sendall(_handshake(self._address, client.cookie))

    def _end(self, client: Client, listener: Listener) -> None:
        descriptor = client.sock.fileno()
        self._poll.unregister(descriptor)
        del self._by_descriptor[descriptor]
        client.sock.close()
        listener.gone(client)

    def _recognised(self, data: bytes) -> tuple[BenchPushedMessage, ...]:
        """Return the messages in these bytes, if they were parsed before."""
        if data == self._last[0]:
            return self._last[1]
        if told := self._known.get(data):
            self._last = (data, told)
        return told or ()

    def _read(self, client: Client, data: bytes, listener: Listener) -> None:
        buffer = client.rest + data
        if not client.is_upgraded:
            head, mark, buffer = buffer.partition(b"\r\n\r\n")
            if not mark:
                client.rest = head
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                self._end(client, listener)
                return
            client.is_upgraded = True
            client.send("40")
        at, is_all_told = 0, True
        told: list[BenchPushedMessage] = []
        for opcode, start, end in _frames(buffer):
            at = end
            if opcode == TEXT and buffer.startswith(POSTED, start):
                told.append(read_told(buffer, start, end))
                continue
            is_all_told = False
            if told:
                listener.told(client, told)
                told = []
            self._take(client, opcode, buffer[start:end], listener)
        client.rest = buffer[at:]
        if told:
            listener.told(client, told)
        if told and is_all_told and at == len(buffer) == len(data):
            if len(self._known) >= MAX_KNOWN_PAYLOADS:
                self._known.clear()
            self._known[data] = tuple(told)

    def _take(self, client: Client, opcode: int, payload: bytes, listener: Listener) -> None:
        """Handle a frame that is not a broadcast."""
        if opcode == CLOSE:
            return
        if payload == b"2":
            client.send("3")
        elif payload.startswith(b"43"):
            number, _, body = payload[2:].partition(b"[")
            listener.answered(client, int(number), b"[" + body)
        elif payload.startswith(HELLO):
            client.is_greeted = True
            standings = json.loads(payload[len(HELLO) + 1 : -1])["conversations"]
            found = (one["rev"] for one in standings if one["id"] == self.conversation_id)
            listener.greeted(client, next(found))
        elif payload[:1] not in b"04":
            raise BrokenError


def new_socket(address: tuple[str, int]) -> socket.socket:
    """Return a non-blocking socket that is being connected."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BYTES)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(0)
    sock.connect_ex(address)
    return sock


def read_told(buffer: bytes, start: int, end: int) -> BenchPushedMessage:
    """Parse a pushed message; raise BrokenError if it is invalid."""
    rev = buffer.find(b'"rev":', start, end) + 6
    number = buffer.find(b'"client_id":"', start, end) + 13 + 24
    try:
        told = BenchPushedMessage(
            int(buffer[rev : buffer.find(b",", rev)]), int(buffer[number : number + 12], 16)
        )
    except ValueError as error:
        raise BrokenError from error
    if buffer[end - 1] != ord("]"):
        raise BrokenError
    return told


def _frames(buffer: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the opcode, start and end of the payload of each whole frame."""
    at, size = 0, len(buffer)
    while size >= at + 2:
        length, start = buffer[at + 1], at + 2
        if length == LENGTH_16 and size >= start + 2:
            (length,) = struct.unpack_from("!H", buffer, start)
            start += 2
        elif length == LENGTH_64 and size >= start + 8:
            (length,) = struct.unpack_from("!Q", buffer, start)
            start += 8
        elif length >= LENGTH_16:
            return
        if length > MAX_PAYLOAD_BYTES or buffer[at] not in {TEXT, CLOSE}:
            raise BrokenError
        if size < start + length:
            return
        yield buffer[at], start, start + length
        at = start + length


def _handshake(address: tuple[str, int], cookie: str) -> bytes:
    host = f"{address[0]}:{address[1]}"
    lines = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        f"Cookie: {cookie}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _allow_open_files() -> None:
    """Raise the limit of open files to its maximum: each client needs one."""
    _now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
