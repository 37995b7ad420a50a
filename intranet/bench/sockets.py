"""Many Socket.IO clients on one thread, so cheap that they do not disturb what they measure.

What everybody is told comes in the same bytes to each client: it is read once, found by its bytes,
and known again at the next client. Nothing is decoded that is not asked for.
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

TEXT, CLOSE = 0x81, 0x88  # each the last and only part of its message
LARGEST = 1 << 20  # nothing of ours is: who says so lost the thread
LENGTH_16, LENGTH_64 = 126, 127
CHUNK = 32 * 1024
KERNEL_BYTES = 64 * 1024  # what a client that does not read holds itself
AT_ONCE = 32
STUCK_SECONDS = 60
AGAIN_SECONDS = 0.05
REMEMBERED = 64
TOLD, HELLO = b'42["message:posted"', b'42["hello"'
CLIENT_ID = "{:08x}-0000-4000-8000-{:012x}"


class BrokenError(ValueError):
    """What came is no stream of frames: some bytes are missing or are too many."""


class Told(NamedTuple):
    """A message as everybody gets it: its revision, and which post of ours it is."""

    rev: int
    number: int


@dataclass(eq=False)
class Client:
    """One connection. `name` is its number in the pool; what it heard is counted as it comes."""

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
        """Whether its connection has ended, so that it may begin another."""
        return self.sock.fileno() < 0

    def hear(self, rev: int) -> None:
        """Count a revision that is not the next one."""
        if rev > self.rev:
            self.missing.update(range(self.rev + 1, rev))
            self.rev = rev
        elif rev in self.missing:
            self.missing.remove(rev)
            self.disordered += 1
        else:
            self.doubled += 1

    def ask(self, event: str, payload: Any) -> int:
        """Send an event; the number that its acknowledgement will carry."""
        number = self.next_id
        self.next_id += 1
        self.send(f"42{number}{json.dumps([event, payload])}")
        return number

    def send(self, text: str) -> None:
        """Send a text frame, masked with zeros: nothing between here and there looks at it."""
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
    """Who is told what the clients hear."""

    def told(self, client: Client, messages: Sequence[Told]) -> None:
        """Messages have come, of which the client has not counted any."""

    def answered(self, client: Client, number: int, body: bytes) -> None:
        """An acknowledgement has come: JSON in brackets."""

    def greeted(self, client: Client, rev: int) -> None:
        """A client is there, and the conversation stands at this revision."""

    def gone(self, client: Client) -> None:
        """A connection has ended."""


class Pool:
    """Clients that are served by one loop over epoll."""

    def __init__(self, address: tuple[str, int], conversation_id: UUID) -> None:
        """Take where the server is, and which of its conversations they talk in."""
        self._address = address
        self.conversation_id = str(conversation_id)
        self._poll = select.epoll()
        self._by_descriptor: dict[int, Client] = {}
        self._known: dict[bytes, tuple[Told, ...]] = {}
        self._last: tuple[bytes, tuple[Told, ...]] = (b"", ())
        self._mark = int.from_bytes(os.urandom(4), "big")
        self._posts = 0
        self.clients: list[Client] = []
        _allow_open_files()

    def connect(self, cookies: Sequence[str], listener: Listener) -> None:
        """Connect a client with each of these cookies, and wait until all are greeted."""
        coming: list[Client] = []
        waiting, since = list(reversed(cookies)), time.monotonic()
        while waiting or coming:
            while waiting and len(coming) < AT_ONCE:
                client = self._new_client(waiting.pop())
                self.clients.append(client)
                coming.append(client)
            self.listen(0.1, listener)
            for client in coming:
                if client.is_gone:  # nobody listens yet
                    time.sleep(AGAIN_SECONDS)
                    self.connect_again(client)
            if len(left := [one for one in coming if not one.is_greeted]) < len(coming):
                since = time.monotonic()
            coming = left
            if time.monotonic() - since > STUCK_SECONDS:
                raise TimeoutError(f"{len(coming)} clients are not greeted")

    def connect_again(self, client: Client) -> None:
        """Let a client whose connection has ended come back."""
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
        """Wait for what comes, at most so long, and hand it on."""
        for descriptor, events in self._poll.poll(seconds):
            client = self._by_descriptor[descriptor]
            if events & select.EPOLLOUT:
                self._is_connected(client, listener)
                continue
            try:
                data = client.sock.recv(CHUNK)
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
        """Read nothing of a client any more."""
        self._poll.unregister(client.sock)

    def resume(self, client: Client) -> None:
        """Read on."""
        self._poll.register(client.sock, select.EPOLLIN)

    def post(self, client: Client, body: str) -> tuple[int, int]:
        """Post as a client; the number of the post, and the one that the answer will carry."""
        self._posts += 1
        client_id = CLIENT_ID.format(self._mark, self._posts)
        payload = {
            "conversation_id": self.conversation_id,
            "client_id": client_id,
            "body": body,
        }
        return self._posts, client.ask("message:post", payload)

    def close(self) -> None:
        """Hang up."""
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

    def _recognised(self, data: bytes) -> tuple[Told, ...]:
        """What everybody is told in these bytes, if they are known."""
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
        told: list[Told] = []
        for opcode, start, end in _frames(buffer):
            at = end
            if opcode == TEXT and buffer.startswith(TOLD, start):
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
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[data] = tuple(told)

    def _take(self, client: Client, opcode: int, payload: bytes, listener: Listener) -> None:
        """Take a frame that is not for everybody."""
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
    """A socket that is being connected."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, KERNEL_BYTES)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(0)
    sock.connect_ex(address)
    return sock


def read_told(buffer: bytes, start: int, end: int) -> Told:
    """Which message a packet tells of; BrokenError if it cannot be read."""
    rev = buffer.find(b'"rev":', start, end) + 6
    number = buffer.find(b'"client_id":"', start, end) + 13 + 24
    try:
        told = Told(
            int(buffer[rev : buffer.find(b",", rev)]), int(buffer[number : number + 12], 16)
        )
    except ValueError as error:
        raise BrokenError from error
    if buffer[end - 1] != ord("]"):
        raise BrokenError
    return told


def _frames(buffer: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, begin and end of the payload of each whole frame."""
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
        if length > LARGEST or buffer[at] not in {TEXT, CLOSE}:
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
    """Take as many as the system gives: each client is one."""
    _now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
