"""An object store over HTTP, moto's, that can be made to fail as real ones do."""

import io
import socket
import threading
import time
from contextlib import contextmanager
from uuid import uuid4

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

ERROR = "<?xml version='1.0'?><Error><Code>{}</Code><Message>No.</Message></Error>"


class ObjectStore:
    """The store, and what it does wrong now: `fails` is asked with each method and path."""

    def __init__(self):
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.requests: list[tuple[str, str]] = []
        self.fails = _works
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def new_bucket(self):
        name = f"b{uuid4().hex[:12]}"
        self.client().create_bucket(Bucket=name)
        return name

    def url(self, name, **options):
        more = "".join(f"&{option}={value}" for option, value in options.items())
        return f"s3://{name}/house?endpoint={self.endpoint}{more}"

    def client(self):
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="tests",
            aws_secret_access_key="tests",
        )

    @contextmanager
    def failing(self, fault, *methods, times=10**6, below=""):
        """Fail so many requests of these methods, of all methods where none is named."""
        left = [times]

        def fails(method, path):
            if (methods and method not in methods) or below not in path or not left[0]:
                return None
            left[0] -= 1
            return fault

        self.fails = fails
        try:
            yield
        finally:
            self.fails = _works

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.requests.append((method, path))
        fault = self.fails(method, path)
        if fault is None:
            return self._moto(environ, start_response)
        return fault(environ, start_response, self._moto)


def _works(_method, _path):
    return None


def says(status, code):
    """Answer with an error, as a store writes it."""

    def answer(environ, start_response, _store):
        body = ERROR.format(code).encode()
        _read(environ)
        start_response(status, [("Content-Type", "application/xml")])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    return answer


def loses(environ, start_response, _store):
    """Acknowledge a write, and forget it."""
    _read(environ)
    start_response("200 OK", [("ETag", '"0cc175b9c0f1b6a831c399e269772661"')])
    return [b""]


def hangs_up(environ, start_response, _store):
    """Cut the connection without an answer."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    start_response("200 OK", [])
    return [b""]


def breaks_off(environ, start_response, store):
    """Cut the connection in the middle of the answer."""
    status, headers = [], []

    def note(given, lines, _error=None):
        status.append(given)
        headers.extend(lines)
        return io.BytesIO().write

    content = b"".join(store(environ, note))
    start_response(status[0], headers)
    return [content[: len(content) // 2]]


def slow(seconds):
    """Answer after some seconds."""

    def answer(environ, start_response, store):
        time.sleep(seconds)
        return store(environ, start_response)

    return answer


def holds(asked, goes_on):
    """Set one event when a request comes, and answer once the other is set."""

    def answer(environ, start_response, store):
        asked.set()
        goes_on.wait(10)
        return store(environ, start_response)

    return answer


def _read(environ):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
