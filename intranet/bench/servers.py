"""Databases to measure on: SQLite always, PostgreSQL where there is one, as for the tests."""

import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

NewUrl = Callable[[], str]


@contextmanager
def databases(
    *, sqlite: bool, postgresql: bool, say: Callable[[str], object]
) -> Iterator[Mapping[str, NewUrl]]:
    """Give for each kind of database what makes the address of a new one; none is SQLite's."""
    kinds: dict[str, NewUrl] = {"SQLite": lambda: ""} if sqlite else {}
    with ExitStack() as stack:
        if postgresql and (server := _started("PostgreSQL", "INTRANET_TEST_PG", say)):
            stack.callback(server.remove)
            kinds["PostgreSQL"] = server.new_database
        yield kinds


@dataclass(frozen=True)
class Services:
    """PostgreSQL as people run it, and Redis, with their processes where they are of our own."""

    new_url: NewUrl
    redis_url: str
    processes: tuple[int, ...]


@contextmanager
def services(*, say: Callable[[str], object]) -> Iterator[Services | None]:
    """Give PostgreSQL, which keeps what it said through a power cut, and Redis; or none."""
    with ExitStack() as stack:
        server = _started("PostgreSQL", "INTRANET_TEST_PG", say, durable=True)
        if server:
            stack.callback(server.remove)
        redis = server and _started("Redis", "INTRANET_TEST_REDIS", say)
        if not redis:
            yield None
            return
        stack.callback(redis.remove)
        pids = tuple(each.pid for each in (server, redis) if each.is_own)
        yield Services(server.new_database, redis.url, pids)


def _started(kind: str, variable: str, say: Callable[[str], object], **how: bool) -> Any:
    """A service of the tests, or None with a word of why there is none."""
    try:
        service = getattr(importlib.import_module("tests.services"), kind)(**how)
        service.start()
    except (ImportError, OSError, LookupError, RuntimeError, SystemExit) as problem:
        where = variable if os.environ.get(variable) else "this machine"
        say(f"{kind} is left out: none on {where} ({problem})")
        return None
    return service
