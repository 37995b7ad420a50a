"""The databases to measure on: SQLite, and PostgreSQL where the machine has it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.services import PostgreSQL, Redis

NewUrl = Callable[[], str]


@contextmanager
def databases(
    *, sqlite: bool, postgresql: bool, say: Callable[[str], object]
) -> Iterator[Mapping[str, NewUrl]]:
    """Yield, for each kind of database, a function that returns the URL of a new one.

    The URL of SQLite is empty.
    """
    kinds: dict[str, NewUrl] = {"SQLite": lambda: ""} if sqlite else {}
    with ExitStack() as stack:
        if postgresql and _starts(server := PostgreSQL(), "INTRANET_TEST_PG", say):
            stack.callback(server.remove)
            kinds["PostgreSQL"] = server.new_database
        yield kinds


@dataclass(frozen=True)
class Services:
    """A durable PostgreSQL and Redis, with their process ids where we started them."""

    new_url: NewUrl
    redis_url: str
    processes: tuple[int, ...]


@contextmanager
def services(*, say: Callable[[str], object]) -> Iterator[Services | None]:
    """Yield PostgreSQL with durable commits, and Redis; None if either of them is missing."""
    with ExitStack() as stack:
        server, redis = PostgreSQL(durable=True), Redis()
        if not _starts(server, "INTRANET_TEST_PG", say):
            yield None
            return
        stack.callback(server.remove)
        if not _starts(redis, "INTRANET_TEST_REDIS", say):
            yield None
            return
        stack.callback(redis.remove)
        pids = tuple(each.pid for each in (server, redis) if each.is_own)
        yield Services(server.new_database, redis.url, pids)


def _starts(service: PostgreSQL | Redis, variable: str, say: Callable[[str], object]) -> bool:
    """Start a service of the tests; report why and return false where that fails."""
    try:
        service.start()
    except (ImportError, OSError, LookupError, RuntimeError, SystemExit) as problem:
        where = variable if os.environ.get(variable) else "this machine"
        say(f"{type(service).__name__} is left out: none on {where} ({problem})")
        return False
    return True
