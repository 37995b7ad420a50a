"""The servers that are compared in a channel: ours on each database, and the peers."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from intranet.app import close_app
from intranet.platform.core.capacity import MAX_SOCKETS_ON_GEVENT, MAX_SOCKETS_ON_THREADS
from tools.bench.processes import BenchServer, running
from tools.bench.servers import Services
from tools.bench.site import BenchChannel, empty_app, make_channel, serving
from tools.peers import commands as peer_commands

CONVERSATION = UUID("00000000-0000-4000-8000-000000000000")  # as every peer calls it
PEER_MAX_SOCKETS = 2_000
PEER_MAX_SOCKETS_ON_THREADS = 1_000  # four for each socket
LOOP, SOCKET_IO = "bare loop", "socket.io"
STOCK_GEVENT, STOCK_THREADS = "Flask-SocketIO, gevent", "Flask-SocketIO, threads"

Serves = Callable[[int], AbstractContextManager[tuple[BenchServer, BenchChannel]]]


@dataclass(frozen=True)
class Contender:
    """A server to measure in a channel, and the largest number of people to try (`most`)."""

    name: str
    most: int
    serves: Serves
    is_ours: bool = True


def on_sqlite() -> Contender:
    """Return our server on SQLite: one process of threads."""
    return Contender("SQLite, threads", MAX_SOCKETS_ON_THREADS, _ours)


def on_postgresql(services: Services) -> list[Contender]:
    """Return our server on PostgreSQL: one process of greenlets, and two with Redis."""
    one = partial(_ours, services=services)
    two = partial(_ours, services=services, workers=2)
    return [
        Contender("PostgreSQL, gevent", MAX_SOCKETS_ON_GEVENT, one),
        Contender("PostgreSQL, 2 × gevent, Redis", MAX_SOCKETS_ON_GEVENT, two),
    ]


def peers() -> list[Contender]:
    """Return the peers: other products with the same task."""
    commands = peer_commands.commands()
    return [_as_contender(name, command) for name, command in commands.items()]


def bare_loop() -> Contender:
    """Return the peer that needs no other software."""
    command = peer_commands.bare_loop("FULL")
    return _as_contender(LOOP, command)


def _as_contender(name: str, command: list[str]) -> Contender:
    most = PEER_MAX_SOCKETS_ON_THREADS if STOCK_THREADS in name else PEER_MAX_SOCKETS
    return Contender(name, most, partial(_peer, command), is_ours=False)


@contextmanager
def _ours(
    people: int, *, services: Services | None = None, workers: int = 1
) -> Iterator[tuple[BenchServer, BenchChannel]]:
    url = services.new_url() if services else ""
    redis_url = services.redis_url if services and workers > 1 else ""
    with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
        app = empty_app(Path(folder), url, redis_url)
        with app.app_context():
            channel = make_channel(people)
        close_app(app)
        beside = services.processes if services else ()
        with serving(app, workers=workers, beside=beside) as program:
            yield program, channel


@contextmanager
def _peer(command: list[str], people: int) -> Iterator[tuple[BenchServer, BenchChannel]]:
    with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
        program = BenchServer([*command, f"--database={folder}/messages.sqlite"])
        with running(program):
            yield program, BenchChannel(CONVERSATION, [""] * people)
