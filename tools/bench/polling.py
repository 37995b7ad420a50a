"""Benchmark clients that use long polling in place of WebSockets."""

import json
import select
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.bench.sockets import (
    CHUNK_BYTES,
    MAX_KNOWN_PAYLOADS,
    POSTED,
    BenchClientPool,
    BenchPushedMessage,
    Client,
    Listener,
    new_socket,
    read_told,
)

SEPARATOR = b"\x1e"
CONNECTING = select.EPOLLOUT
HTTP_OK = 200


@dataclass(eq=False)
class PollingConnection:
    """A connection of a polling client, for its posts if `sends` is set, else for its polls."""

    client: "PollingClient"
    sends: bool
    sock: socket.socket | None = None
    rest: bytes = b""
    asked: bytes = b""
    """The request that waits to be sent or answered; empty at rest."""


@dataclass(eq=False)
class PollingClient(Client):
    """A client with two connections: one polls, the other posts."""

    pool: Any = None
    sid: str = ""
    waiting: list[str] = field(default_factory=list)
    ways: Sequence[PollingConnection] = ()

    @property
    def is_gone(self) -> bool:
        """Always false: a polling client does not reconnect by itself."""
        return False

    def send(self, text: str) -> None:
        """Queue a packet; it is posted with the others once the previous post is answered."""
        self.waiting.append(text)
        self.pool.post_waiting(self)


class PollingPool(BenchClientPool):
    """A pool of polling clients, each with one poll and at most one post under way."""

    def __init__(self, address: tuple[str, int], conversation_id: Any) -> None:
        super().__init__(address, conversation_id)
        self._ways: dict[int, PollingConnection] = {}

    def _new_client(self, cookie: str) -> Client:
        none = socket.socket()
        client = PollingClient(len(self.clients), cookie, none, pool=self)
        none.close()
        client.ways = (
            PollingConnection(client, sends=False),
            PollingConnection(client, sends=True),
        )
        self._ask(client.ways[0], self._request("GET", client))
        return client

    def listen(self, seconds: float, listener: Listener) -> None:
        """Wait up to `seconds` for data, and pass it to the listener."""
        for descriptor, events in self._poll.poll(seconds):
            way = self._ways.get(descriptor)
            if way is None or way.sock is None:
                continue
            if events & CONNECTING:
                self._poll.modify(way.sock, select.EPOLLIN)
                way.sock.sendall(way.asked)
                continue
            try:
                data = way.sock.recv(CHUNK_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if data:
                way.rest += data
                self._read_answer(way, listener)
            else:
                self._forget(way)
                if way.asked:
                    listener.gone(way.client)

    def post_waiting(self, client: PollingClient) -> None:
        """Post the queued packets, unless a post is under way."""
        way = client.ways[1]
        if client.waiting and not way.asked:
            body = "\x1e".join(client.waiting).encode()
            client.waiting.clear()
            self._ask(way, self._request("POST", client, body))

    def close(self) -> None:
        """Close all connections."""
        for way in list(self._ways.values()):
            self._forget(way)
        self._poll.close()

    def _request(self, method: str, client: PollingClient, body: bytes = b"") -> bytes:
        host = f"{self._address[0]}:{self._address[1]}"
        sid = f"&sid={client.sid}" if client.sid else ""
        lines = (
            f"{method} /socket.io/?EIO=4&transport=polling{sid} HTTP/1.1",
            f"Host: {host}",
            f"Origin: http://{host}",
            f"Cookie: {client.cookie}",
            f"Content-Length: {len(body)}",
        )
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

    def _ask(self, way: PollingConnection, request: bytes) -> None:
        way.asked = request
        if way.sock is not None:
            way.sock.sendall(request)
            return
        way.sock = new_socket(self._address)
        self._ways[way.sock.fileno()] = way
        self._poll.register(way.sock, CONNECTING)

    def _forget(self, way: PollingConnection) -> None:
        if way.sock is not None:
            self._poll.unregister(way.sock)
            del self._ways[way.sock.fileno()]
            way.sock.close()
            way.sock, way.rest = None, b""

    def _read_answer(self, way: PollingConnection, listener: Listener) -> None:
        head, mark, body = way.rest.partition(b"\r\n\r\n")
        if not mark:
            return
        lines = head.lower().split(b"\r\n")
        size = next(int(line[16:]) for line in lines if line.startswith(b"content-length: "))
        if len(body) < size:
            return
        way.rest, way.asked = b"", b""
        if b"connection: close" in lines:
            self._forget(way)
        if int(lines[0].split()[1]) != HTTP_OK:
            self._forget(way)
            listener.gone(way.client)
        elif way.sends:
            self.post_waiting(way.client)
        else:
            self._take_payload(way.client, body, listener)
            self._ask(way, self._request("GET", way.client))

    def _take_payload(self, client: PollingClient, payload: bytes, listener: Listener) -> None:
        if not client.sid:
            client.sid = json.loads(payload[1:])["sid"]
            client.send("40")
        elif told := self._known.get(payload):
            listener.told(client, told)
        else:
            self._take_packets(client, payload, listener)

    def _take_packets(self, client: Client, payload: bytes, listener: Listener) -> None:
        told: list[BenchPushedMessage] = []
        packets = payload.split(SEPARATOR)
        for packet in packets:
            if packet.startswith(POSTED):
                told.append(read_told(packet, 0, len(packet)))
            elif packet != b"6":
                self._take(client, 0x81, packet, listener)
        if told:
            listener.told(client, told)
        if len(told) == len(packets):
            if len(self._known) >= MAX_KNOWN_PAYLOADS:
                self._known.clear()
            self._known[payload] = tuple(told)
