"""gunicorn, configured in code: threads with SQLite, greenlets with PostgreSQL."""

import _thread
import contextlib
import http.client
import os
import resource
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import message
from gunicorn.sock import BaseSocket
from prometheus_client.multiprocess import mark_process_dead

from intranet.cli.child_processes import die_with
from intranet.cli.paced_responses import PacedAnswers
from intranet.cli.request_intake import HEAD_BYTES
from intranet.cli.shared_metrics import FOLDER
from intranet.cli.watching import watch
from intranet.config import Settings
from intranet.platform.core.capacity import MAX_SOCKETS_ON_GEVENT, MAX_THREADS
from intranet.platform.core.jobs import Clockwork
from intranet.platform.core.memory import tune_interpreter
from intranet.platform.core.shutdown import on_stop, stop

BACKLOG_LIMIT = 512
# Each socket is an open file, and each request and its database connection are.
MAX_OPEN_FILES = MAX_SOCKETS_ON_GEVENT + 2 * MAX_THREADS
ANSWERS_WITHIN_SECONDS = 60
# The arbiter, the jobs and the last sockets need up to a second more. Connections that only wait
# for a next request are waited for too, so that a stop takes this long on a site in use.
FINISH_WITHIN_SECONDS = 3
THREADED = "intranet.cli.threaded_intake:ThreadedIntake"
# Imported only where it is used, because gevent patches the standard library.
GREENLETS = "intranet.cli.greenlet_intake:GreenletIntake"


@dataclass
class Serving:
    """The settings of a server, its socket, and a callback for when it answers."""

    settings: Settings
    listener: socket.socket
    workers: int
    make_app: Callable[[Settings], Flask]
    clockwork_of: Callable[[Flask], Clockwork] | None
    announce: Callable[[Flask], None]
    clockworks: list[Clockwork] = field(default_factory=list)
    ends_watch: Callable[[], None] = lambda: None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port as bound."""
        host, port = self.listener.getsockname()[:2]
        return host, port


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """gunicorn on a socket that is already bound."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        _allow_open_files()
        _leave_listening_to_workers()
        _leave_long_addresses_to_the_application()
        super().__init__()

    def load_config(self) -> None:
        """Set every option that differs from gunicorn's defaults."""
        serving = self._serving
        for name, value in {
            "bind": f"fd://{serving.listener.detach()}",
            "workers": serving.workers,
            "worker_class": _worker_class(serving.settings),
            "threads": MAX_THREADS,
            "worker_connections": MAX_SOCKETS_ON_GEVENT + MAX_THREADS,
            "backlog": BACKLOG_LIMIT,
            "keepalive": 15,
            "graceful_timeout": FINISH_WITHIN_SECONDS,
            "timeout": 120,
            "limit_request_line": HEAD_BYTES,
            "loglevel": "warning",
            "logger_class": Lines,
            "control_socket_disable": True,
            # `core.allowed_hosts` applies the headers of the proxies that the settings trust.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "post_fork": self._after_fork,
            "post_worker_init": self._worker_is_ready,
            "worker_exit": self._worker_ends,
            "child_exit": self._worker_has_ended,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, in the worker."""
        app = self._serving.make_app(self._serving.settings)
        self._serving.ends_watch = watch(app, self._serving.settings)
        app.wsgi_app = PacedAnswers(app.wsgi_app)  # type: ignore[method-assign]
        return app

    def _after_fork(self, arbiter: Any, _worker: Any) -> None:
        die_with(arbiter.pid)

    def _worker_is_ready(self, worker: Any) -> None:
        tune_interpreter()
        for listener in worker.sockets:
            listener.listen(BACKLOG_LIMIT)
        if self._serving.clockwork_of:
            clockwork = self._serving.clockwork_of(worker.wsgi)
            clockwork.start()
            on_stop(clockwork.end)
            self._serving.clockworks.append(clockwork)
        if worker.age == 1:
            host, port = worker.sockets[0].getsockname()[:2]
            waiting = threading.Thread(
                target=_announce_when_it_answers,
                args=(host, port, lambda: self._serving.announce(worker.wsgi)),
                daemon=True,
            )
            waiting.start()

    def _worker_ends(self, _arbiter: Any, _worker: Any) -> None:
        for clockwork in self._serving.clockworks:
            clockwork.stop()
        self._serving.ends_watch()

    def _worker_has_ended(self, _arbiter: Any, worker: Any) -> None:
        if os.environ.get(FOLDER):
            mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _allow_open_files() -> None:
    """Raise the limit of open files as needed and allowed: 1,024 is a usual default."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_OPEN_FILES if most == resource.RLIM_INFINITY else min(MAX_OPEN_FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _leave_listening_to_workers() -> None:
    """Keep gunicorn from listening before the first process can answer."""
    BaseSocket._is_listening = staticmethod(lambda _socket: True)  # noqa: SLF001 - nothing else tells it


def _leave_long_addresses_to_the_application() -> None:
    """Let a request line be as long as a head: `core.guard` answers in the person's language."""
    message.MAX_REQUEST_LINE = HEAD_BYTES


def _worker_class(settings: Settings) -> Any:
    """Return a worker class that runs the stop callbacks when asked to end, to close sockets."""
    module, _, name = (THREADED if settings.on_sqlite else GREENLETS).partition(":")
    parent: Any = getattr(import_module(module), name)

    def handle_exit(self: Any, number: int, frame: Any) -> None:
        # Not a Thread: its start waits, which greenlets must not do in a signal handler.
        _thread.start_new_thread(stop, ())
        parent.handle_exit(self, number, frame)

    changes = {"handle_exit": handle_exit, "proxies": settings.trusted_proxies}
    return type(name, (parent,), changes)


class Lines(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's logger, whose lines are written with all others."""

    def setup(self, cfg: Any) -> None:
        """Hand every record on to the root logger."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


def _announce_when_it_answers(host: str, port: int, announce: Callable[[], None]) -> None:
    """Poll the server until it answers, then announce it."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    until = time.monotonic() + ANSWERS_WITHIN_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(target, port, timeout=5)
            connection.request("GET", "/health/live")
            answered = connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
            connection.close()
            if answered:
                announce()
                sys.stdout.flush()
                return
        time.sleep(0.02)
