"""The baseline peer: a single epoll loop that stores, acknowledges and broadcasts messages.

It is about the least that a Python server can do for this task. The time that other servers take
beyond it is the cost of their libraries and features.
"""

import base64
import hashlib
import json
import select
import socket
import struct
from dataclasses import dataclass, field

from tools.peers.store import Store, arguments

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
OPENED = '0{"sid":"x","upgrades":[],"pingInterval":600000,"pingTimeout":600000,"maxPayload":100000}'
CHUNK = 16 * 1024
MASK_AND_HEAD = {126: (8, "!H"), 127: (14, "!Q")}


@dataclass(eq=False)
class Client:
    """A connection, with its bytes that are still to be parsed (`rest`) or written (`parked`)."""

    sock: socket.socket
    is_open: bool = False
    rest: bytes = b""
    parked: bytearray = field(default_factory=bytearray)


class Floor:
    """The server: its connections, and the loop that serves them."""

    def __init__(self, store: Store, port: int) -> None:
        """Listen on a port of this machine."""
        self._store = store
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self._poll = select.epoll()
        self._poll.register(self._listener, select.EPOLLIN)
        self._clients: dict[int, Client] = {}
        self._joined: dict[int, Client] = {}

    def run(self) -> None:
        """Serve until the process is stopped."""
        while True:
            for descriptor, events in self._poll.poll():
                if descriptor == self._listener.fileno():
                    self._accept()
                    continue
                client = self._clients[descriptor]
                if events & select.EPOLLOUT:
                    self._flush(client)
                if events & ~select.EPOLLOUT:
                    self._read(client)

    def _accept(self) -> None:
        sock, _address = self._listener.accept()
        sock.settimeout(0)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._clients[sock.fileno()] = Client(sock)
        self._poll.register(sock, select.EPOLLIN)

    def _read(self, client: Client) -> None:
        try:
            data = client.sock.recv(CHUNK)
        except OSError:
            data = b""
        if not data:
            self._forget(client)
            return
        client.rest += data
        if not client.is_open:
            self._shake_hands(client)
        while client.is_open and (payload := _taken(client)) is not None:
            self._answer(client, payload)

    def _forget(self, client: Client) -> None:
        descriptor = client.sock.fileno()
        self._poll.unregister(descriptor)
        self._joined.pop(descriptor, None)
        del self._clients[descriptor]
        client.sock.close()

    def _shake_hands(self, client: Client) -> None:
        head, end, rest = client.rest.partition(b"\r\n\r\n")
        if not end:
            return
        lines = (line.partition(b": ") for line in head.split(b"\r\n"))
        key = {name.lower(): value for name, _, value in lines}[b"sec-websocket-key"]
        digest = base64.b64encode(hashlib.sha1(key + MAGIC, usedforsecurity=False).digest())
        client.sock.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + digest + b"\r\n\r\n"
        )
        client.is_open, client.rest = True, rest
        self._write(client, _frame(OPENED))

    def _answer(self, client: Client, payload: bytes) -> None:
        if payload.startswith(b"40"):
            self._write(client, _frame('40{"sid":"x"}'))
            self._write(client, _frame("42" + _json(["hello", self._store.hello()])))
            self._joined[client.sock.fileno()] = client
        elif payload.startswith(b"42"):
            number, _, data = payload[2:].partition(b"[")
            asked = json.loads(b"[" + data)[1]
            told = self._store.post(asked["client_id"], asked["body"])
            reply = {"ok": True, "message": told["message"]}
            self._write(client, _frame(f"43{number.decode()}{_json([reply])}"))
            frame = _frame("42" + _json(["message:posted", told]))
            for one in self._joined.values():
                self._write(one, frame)

    def _write(self, client: Client, frame: bytes) -> None:
        """Write at once, and buffer what the kernel does not accept."""
        sent = 0
        if not client.parked:
            try:
                sent = client.sock.send(frame)
            except OSError:
                sent = 0
            if sent == len(frame):
                return
            self._poll.modify(client.sock, select.EPOLLIN | select.EPOLLOUT)
        client.parked += frame[sent:]

    def _flush(self, client: Client) -> None:
        try:
            del client.parked[: client.sock.send(client.parked)]
        except OSError:
            return
        if not client.parked:
            self._poll.modify(client.sock, select.EPOLLIN)


def _taken(client: Client) -> bytes | None:
    """Remove and return the next frame's payload; None until it is complete."""
    if len(client.rest) < 2:  # noqa: PLR2004 - what every frame begins with
        return None
    size = client.rest[1] & 0x7F
    start, wide = MASK_AND_HEAD.get(size, (6, ""))
    if len(client.rest) < start:
        return None
    if wide:
        (size,) = struct.unpack_from(wide, client.rest, 2)
    end = start + size
    if len(client.rest) < end:
        return None
    mask = (client.rest[start - 4 : start] * (size // 4 + 1))[:size]
    masked = client.rest[start:end]
    client.rest = client.rest[end:]
    plain = int.from_bytes(masked, "little") ^ int.from_bytes(mask, "little")
    return plain.to_bytes(size, "little")


def _frame(text: str) -> bytes:
    payload = text.encode()
    if len(payload) < 126:  # noqa: PLR2004 - from here on the length stands in two bytes
        return struct.pack("!BB", 0x81, len(payload)) + payload
    if len(payload) < 1 << 16:
        return struct.pack("!BBH", 0x81, 126, len(payload)) + payload
    return struct.pack("!BBQ", 0x81, 127, len(payload)) + payload


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Parse the arguments and serve."""
    given = arguments().parse_args()
    floor = Floor(Store(given), given.port)
    print(f"Serving on http://127.0.0.1:{given.port}", flush=True)
    floor.run()


main()
