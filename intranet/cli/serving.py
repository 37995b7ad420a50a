"""gunicorn, set up from inside: one process of threads, or several of greenlets."""

import _thread
import contextlib
import ctypes
import fcntl
import http.client
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from intranet.config import Settings
from intranet.core import logs
from intranet.core.database import THREADS
from intranet.core.jobs import Clockwork
from intranet.core.stopping import stop

BACKLOG = 512
ANSWERS_WITHIN_SECONDS = 60
FINISH_WITHIN_SECONDS = 6
PR_SET_PDEATHSIG = 1
THREADED = "gunicorn.workers.gthread:ThreadWorker"
# Imported only where it is used: it changes the standard library when it is.
GREENLETS = "gunicorn.workers.ggevent:GeventWorker"


class InUseError(Exception):
    """Another server works with the same data folder; the text is the whole message."""


@dataclass
class Serving:
    """What is served, where, and what happens once it answers."""

    settings: Settings
    listener: socket.socket
    workers: int
    make_app: Callable[[Settings], Flask]
    clockwork_of: Callable[[Flask], Clockwork] | None
    announce: Callable[[], None]
    clockworks: list[Clockwork] = field(default_factory=list)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port as bound."""
        host, port = self.listener.getsockname()[:2]
        return host, port


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """gunicorn on a socket that is bound already."""

    def __init__(self, serving: Serving) -> None:
        """Take what is served."""
        self._serving = serving
        super().__init__()

    def load_config(self) -> None:
        """Set every option that differs from gunicorn's defaults."""
        serving = self._serving
        for name, value in {
            "bind": f"fd://{serving.listener.detach()}",
            "workers": serving.workers,
            "worker_class": _worker_class(GREENLETS if serving.workers > 1 else THREADED),
            "threads": THREADS,
            "worker_connections": 2_000,
            "backlog": BACKLOG,
            "keepalive": 15,
            "graceful_timeout": FINISH_WITHIN_SECONDS,
            "timeout": 120,
            "limit_request_line": 8_190,
            "loglevel": "warning",
            "logger_class": _logger_class(serving.settings.log),
            "control_socket_disable": True,
            # Only the proxies that the settings count are believed, by `core.web`.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "post_fork": self._after_fork,
            "post_worker_init": self._worker_is_ready,
            "worker_exit": self._worker_ends,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, in the worker."""
        return self._serving.make_app(self._serving.settings)

    def _after_fork(self, _arbiter: Any, _worker: Any) -> None:
        _die_with_parent()

    def _worker_is_ready(self, worker: Any) -> None:
        if self._serving.clockwork_of:
            clockwork = self._serving.clockwork_of(worker.wsgi)
            clockwork.start()
            self._serving.clockworks.append(clockwork)
        if worker.age == 1:
            host, port = worker.sockets[0].getsockname()[:2]
            waiting = threading.Thread(
                target=_announce_when_it_answers,
                args=(host, port, self._serving.announce),
                daemon=True,
            )
            waiting.start()

    def _worker_ends(self, _arbiter: Any, _worker: Any) -> None:
        for clockwork in self._serving.clockworks:
            clockwork.stop()


def _worker_class(base: str) -> Any:
    """A class of gunicorn's workers that tells open sockets when it is asked to end."""
    module, _, name = base.partition(":")
    parent: Any = getattr(import_module(module), name)

    def handle_exit(self: Any, number: int, frame: Any) -> None:
        # Not a Thread: it waits until it runs, and greenlets may not wait in a signal.
        _thread.start_new_thread(stop, ())
        parent.handle_exit(self, number, frame)

    return type(name, (parent,), {"handle_exit": handle_exit})


def _logger_class(kind: str) -> Any:
    """A class of gunicorn's loggers that writes lines like all others."""

    def setup(self: Any, cfg: Any) -> None:
        Logger.setup(self, cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.formatter(kind))

    return type("Lines", (Logger,), {"setup": setup})


def bind(host: str, port: int) -> socket.socket:
    """Take the port now, so that a start that cannot work says so at once.

    Raises:
        OSError: it is taken, or the host is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def hold_folder(data_dir: Path) -> Any:
    """Keep a second server from the same SQLite database; the process's end lets it go.

    Raises:
        InUseError: another server has it.
    """
    file = (data_dir / "serve.lock").open("a+", encoding="ascii")
    try:
        # Of this kind a forked worker inherits nothing: it goes with the process that took it.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        message = (
            f"Another Intranet serves from {data_dir} already: use that one, stop it, "
            "or name another folder in INTRANET_DATA_DIR."
        )
        raise InUseError(message) from error
    return file


def _announce_when_it_answers(host: str, port: int, announce: Callable[[], None]) -> None:
    """Ask until the server answers, then say where it is."""
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


def _die_with_parent() -> None:
    """Have the kernel end this worker if the process that watches over it is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            os._exit(1)
