"""Many Socket.IO clients on one thread, so that measuring takes little of the processor."""

import base64
import json
import os
import selectors
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

TEXT = 0x1
LENGTH_16, LENGTH_64 = 126, 127
CONNECT_SECONDS = 20

Heard = Callable[["Client", str, Any], None]
Answered = Callable[["Client", int, Any], None]


@dataclass
class Client:
    """One connected client. `name` is its number in the pool."""

    name: int
    sock: socket.socket
    rest: bytes = b""
    is_greeted: bool = False
    next_id: int = 0

    def ask(self, event: str, payload: Any) -> int:
        """Send an event; the number that its acknowledgement will carry."""
        number = self.next_id
        self.next_id += 1
        self.send(f"42{number}{json.dumps([event, payload])}")
        return number

    def send(self, text: str) -> None:
        """Send a text frame, masked with zeros: nothing between here and there looks at it."""
        data = text.encode()
        head = bytes([0x80 | TEXT])
        if len(data) < LENGTH_16:
            head += bytes([0x80 | len(data)])
        elif len(data) < 1 << 16:
            head += bytes([0x80 | LENGTH_16]) + struct.pack("!H", len(data))
        else:
            head += bytes([0x80 | LENGTH_64]) + struct.pack("!Q", len(data))
        self.sock.sendall(head + b"\0\0\0\0" + data)

    def frames(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Whole frames of what has arrived so far."""
        buffer = self.rest + data
        at = 0
        while (frame := _frame(buffer, at)) is not None:
            kind, start, end = frame
            yield kind, buffer[start:end]
            at = end
        self.rest = buffer[at:]


class Pool:
    """Clients that are served by one selector."""

    def __init__(self, host: str, port: int) -> None:
        """Take where the server is."""
        self._address = (host, port)
        self._selector = selectors.DefaultSelector()
        self.clients: list[Client] = []

    def connect(self, cookie: str) -> Client:
        """Connect one more client and wait until it is greeted."""
        sock = socket.create_connection(self._address, CONNECT_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = Client(len(self.clients), sock, rest=_upgraded(sock, self._address, cookie))
        self.clients.append(client)
        client.send("40")
        self._selector.register(sock, selectors.EVENT_READ, client)
        for _attempt in range(1000):
            if client.is_greeted:
                return client
            self.listen(0.05, lambda *_heard: None, lambda *_answered: None)
        raise TimeoutError("not greeted")

    def listen(self, seconds: float, heard: Heard, answered: Answered) -> None:
        """Wait for what comes, at most so long, and hand it on."""
        for key, _events in self._selector.select(seconds):
            client: Client = key.data
            data = client.sock.recv(1 << 18)
            if not data:
                self._selector.unregister(client.sock)
                continue
            for kind, payload in client.frames(data):
                _dispatch(client, kind, payload, heard, answered)

    def close(self) -> None:
        """Hang up."""
        for client in self.clients:
            client.sock.close()
        self._selector.close()


def _dispatch(client: Client, kind: int, payload: bytes, heard: Heard, answered: Answered) -> None:
    if kind != TEXT:
        return
    text = payload.decode()
    if text == "2":
        client.send("3")
    elif text.startswith("42"):
        event, body = json.loads(text[2:])
        client.is_greeted = client.is_greeted or event == "hello"
        heard(client, event, body)
    elif text.startswith("43"):
        number, _, rest = text[2:].partition("[")
        answered(client, int(number), json.loads(f"[{rest}")[0])


def _upgraded(sock: socket.socket, address: tuple[str, int], cookie: str) -> bytes:
    """Shake hands; what came behind the answer."""
    host = f"{address[0]}:{address[1]}"
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        f"Cookie: {cookie}",
    )
    sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        if not (data := sock.recv(4096)):
            raise ConnectionError(answer.decode(errors="replace"))
        answer += data
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b" 101 " not in head.partition(b"\r\n")[0]:
        raise ConnectionError(head.decode(errors="replace"))
    return rest


def _frame(buffer: bytes, at: int) -> tuple[int, int, int] | None:
    """Kind, begin and end of the payload of the frame at a place, once it is whole."""
    if len(buffer) < at + 2:
        return None
    kind, length, start = buffer[at] & 0xF, buffer[at + 1] & 0x7F, at + 2
    if length == LENGTH_16:
        if len(buffer) < start + 2:
            return None
        (length,) = struct.unpack_from("!H", buffer, start)
        start += 2
    elif length == LENGTH_64:
        if len(buffer) < start + 8:
            return None
        (length,) = struct.unpack_from("!Q", buffer, start)
        start += 8
    end = start + length
    return (kind, start, end) if len(buffer) >= end else None
