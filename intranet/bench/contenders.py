"""What is measured in a channel: ours on each footing, and the peers beside it."""

import importlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from intranet.app import close_app
from intranet.bench.processes import Program, running
from intranet.bench.servers import Services
from intranet.bench.site import Room, empty_app, make_room, serving
from intranet.platform.core.capacity import SOCKETS_ON_GEVENT, SOCKETS_ON_THREADS

CONVERSATION = UUID("00000000-0000-4000-8000-000000000000")  # as every peer calls it
PEERS_SOCKETS = 2_000
THREADS_OF_PEERS = 1_000  # four for each socket
LOOP, SOCKET_IO = "bare loop", "socket.io"
STOCK_GEVENT, STOCK_THREADS = "Flask-SocketIO, gevent", "Flask-SocketIO, threads"

Serves = Callable[[int], AbstractContextManager[tuple[Program, Room]]]


@dataclass(frozen=True)
class Contender:
    """Something that serves a channel of so many people, and how many at `most`."""

    name: str
    most: int
    serves: Serves
    is_ours: bool = True


def on_sqlite() -> Contender:
    """One process of threads."""
    return Contender("SQLite, threads", SOCKETS_ON_THREADS, _ours)


def on_postgresql(services: Services) -> list[Contender]:
    """One process of greenlets, and two with Redis between them."""
    one = partial(_ours, services=services)
    two = partial(_ours, services=services, workers=2)
    return [
        Contender("PostgreSQL, gevent", SOCKETS_ON_GEVENT, one),
        Contender("PostgreSQL, 2 × gevent, Redis", SOCKETS_ON_GEVENT, two),
    ]


def peers() -> list[Contender]:
    """The peers, from a checkout: they are no part of what is installed."""
    commands = importlib.import_module("tools.peers.commands").commands()
    return [_as_contender(name, command) for name, command in commands.items()]


def bare_loop() -> Contender:
    """The one among the peers that needs nothing of others."""
    command = importlib.import_module("tools.peers.commands").bare_loop("FULL")
    return _as_contender(LOOP, command)


def _as_contender(name: str, command: list[str]) -> Contender:
    most = THREADS_OF_PEERS if STOCK_THREADS in name else PEERS_SOCKETS
    return Contender(name, most, partial(_peer, command), is_ours=False)


@contextmanager
def _ours(
    people: int, *, services: Services | None = None, workers: int = 1
) -> Iterator[tuple[Program, Room]]:
    url = services.new_url() if services else ""
    redis_url = services.redis_url if services and workers > 1 else ""
    with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
        app = empty_app(Path(folder), url, redis_url)
        with app.app_context():
            room = make_room(people)
        close_app(app)
        beside = services.processes if services else ()
        with serving(app, workers=workers, beside=beside) as program:
            yield program, room


@contextmanager
def _peer(command: list[str], people: int) -> Iterator[tuple[Program, Room]]:
    with tempfile.TemporaryDirectory(prefix="intranet-bench-") as folder:
        program = Program([*command, f"--database={folder}/messages.sqlite"])
        with running(program):
            yield program, Room(CONVERSATION, [""] * people)
