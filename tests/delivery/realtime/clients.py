"""A Socket.IO client that shows every frame, and a server to connect to."""

import json
import socket
import threading
from collections import deque
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import requests
import websocket
from werkzeug.serving import WSGIRequestHandler, make_server

from intranet.delivery.realtime import shut_down

PATIENCE = 60
"""Seconds for what must come: it ends the wait, and only where something hangs is it long."""
SEPARATOR = "\x1e"
SILENCE_SECONDS = 600


class Refused(Exception):  # noqa: N818 - as the protocol calls it
    """The server did not let the client in; `why` is its reason."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


class Client:
    """Speaks Engine.IO 4 and Socket.IO 5 over one WebSocket, one call at a time."""

    def __init__(self, address, *, cookie=None, token=None, origin="own", **options):
        if origin == "own":
            origin = address
        if origin is None:
            options["suppress_origin"] = True
        self.socket = open_websocket(address, cookie=cookie, origin=origin, **options)
        self.frames: deque[str] = deque()
        self.number = 10_000
        try:
            self._come(token)
        except BaseException:
            self.close()
            raise

    def _come(self, token):
        self.opening = json.loads(self.raw()[1:])
        self.socket.send("40" + (json.dumps({"token": token}) if token else ""))
        answer = self.raw()
        if answer.startswith("44"):
            raise Refused(json.loads(answer[2:])["message"])
        assert answer.startswith("40"), answer

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def raw(self):
        """The next message, pings answered on the way."""
        while True:
            message = self.socket.recv()
            if not message:  # the server says goodbye
                raise websocket.WebSocketConnectionClosedException
            if message != "2":
                return message
            self.socket.send("3")

    def send(self, text):
        self.socket.send(text)

    def ask(self, event, data=None, *more):
        """Send an event and give its acknowledgement; what comes before it is kept."""
        self.number += 1
        parts = [event, *([] if data is None else [data]), *more]
        self.send(f"42{self.number}{json.dumps(parts)}")
        return self.acknowledged(self.number)

    def acknowledged(self, number):
        while True:
            message = self.raw()
            if message.startswith(f"43{number}["):
                return json.loads(message[len(f"43{number}") :])[0]
            self.frames.append(message)

    def next(self, event):
        """The payload of the next event of that name; others before it are kept."""
        for place, message in enumerate(self.frames):
            if name_of(message) == event:
                del self.frames[place]
                return json.loads(message[2:])[1]
        while True:
            message = self.raw()
            if name_of(message) == event:
                return json.loads(message[2:])[1]
            self.frames.append(message)

    def heard(self, event):
        """Payloads of that name that came until a round trip was over."""
        self.ask("test:nothing", {})
        found = [frame for frame in self.frames if name_of(frame) == event]
        self.frames = deque(frame for frame in self.frames if name_of(frame) != event)
        return [json.loads(frame[2:])[1] for frame in found]

    def closed(self):
        """Read until the server closes; give the code of its goodbye, None without one."""
        while True:
            try:
                opcode, data = self.socket.recv_data(control_frame=True)
            except (websocket.WebSocketConnectionClosedException, ConnectionError):
                return None
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return int.from_bytes(data[:2], "big")
            if opcode == websocket.ABNF.OPCODE_TEXT:
                self.frames.append(data.decode())

    def close(self):
        self.socket.close(timeout=0.1)
        self.socket.shutdown()


class PollingClient(Client):
    """The same by long polling, one request at a time: each is shown, and can be left out."""

    def __init__(self, address, *, cookie=None, token=None, origin="own", headers=None, comes=True):
        self.address = address
        self.http = requests.Session()
        self.headers = {"Cookie": cookie} if cookie else {}
        self.headers |= headers or {}
        if origin is not None:
            self.headers["Origin"] = address if origin == "own" else origin
        self.packets: deque[str] = deque()
        self.frames = deque()
        self.number = 10_000
        self.sid = None
        self.opening = json.loads(self.get().text[1:])
        self.sid = self.opening["sid"]
        if comes:
            self.send("40" + (json.dumps({"token": token}) if token else ""))
            answer = self.raw()
            if answer.startswith("44"):
                raise Refused(json.loads(answer[2:])["message"])
            assert answer.startswith("40"), answer

    def request(self, method, *, body=None, headers=None, **query):
        """One request with this session's id, however it is answered."""
        known = {"EIO": "4", "transport": "polling"} | ({"sid": self.sid} if self.sid else {})
        return self.http.request(
            method,
            f"{self.address}/socket.io/",
            params=known | query,
            data=body,
            headers=self.headers if headers is None else headers,
            timeout=PATIENCE,
        )

    def get(self, **options):
        return self.request("GET", **options)

    def post(self, *packets, **options):
        return self.request("POST", body=SEPARATOR.join(packets).encode(), **options)

    def send(self, text):
        answer = self.post(text)
        assert (answer.status_code, answer.text) == (200, "ok"), answer.text

    def raw(self):
        while True:
            while not self.packets:
                answer = self.get()
                if answer.status_code != 200:
                    raise websocket.WebSocketConnectionClosedException(answer.text)
                self.packets.extend(answer.text.split(SEPARATOR))
            packet = self.packets.popleft()
            if packet == "2":
                self.send("3")
            elif packet != "6":
                return packet

    def upgrading(self, **options):
        """A WebSocket beside it, to come over to."""
        return open_websocket(
            self.address,
            sid=self.sid,
            origin=self.headers.get("Origin"),
            cookie=self.headers.get("Cookie"),
            **options,
        )

    def close(self):
        self.http.close()


def open_websocket(address, *, sid=None, **options):
    """A WebSocket to Engine.IO, not yet connected to Socket.IO; or one for a session that polls."""
    url = address.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    url += f"&sid={sid}" if sid else ""
    if options.get("origin", "") is None:
        options["suppress_origin"] = True
    parts = urlsplit(address)
    connection = socket.create_connection((parts.hostname, parts.port), PATIENCE)
    try:
        options |= {"timeout": PATIENCE, "socket": connection, "skip_utf8_validation": True}
        return websocket.create_connection(url, **options)
    except BaseException:
        connection.close()
        raise


def wait_until(is_so, seconds=PATIENCE):
    """Wait for what must come."""
    pause = threading.Event()
    for _ in range(int(seconds * 100)):
        if is_so():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come")


def drain(app):
    """Wait until all that follows what was committed so far is done."""
    assert app.extensions["dispatcher"].drain(PATIENCE)


def name_of(message):
    return json.loads(message[2:])[0] if message.startswith("42[") else None


class QuietHandler(WSGIRequestHandler):
    def log(self, *_arguments):
        pass


def closing(app):
    """The application, whose answers are closed also where the browser goes away meanwhile.

    Werkzeug reads what is left of the request before it closes the answer, and leaves a file open
    where that fails.
    """

    def answer(environ, start_response):
        with ExitStack() as stack:
            parts = app(environ, start_response)
            if hasattr(parts, "close"):
                stack.callback(parts.close)
            yield from parts

    return answer


@contextmanager
def served(app):
    """Serve an application in this process, and give its address; its sockets end with it.

    A client that answers no ping while its test is at something else is not given up.
    """
    app.extensions["realtime"]._server.eio.ping_timeout = SILENCE_SECONDS
    answers = closing(app)
    server = make_server("127.0.0.1", 0, answers, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        shut_down(app)
        wait_until(lambda: app.extensions["realtime"].places.held == 0)
        server.shutdown()
        server.server_close()
        thread.join()
