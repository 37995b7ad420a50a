"""Databases to measure on: SQLite always, PostgreSQL where there is one, as for the tests."""

import importlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

NewUrl = Callable[[], str]


@contextmanager
def databases(
    *, sqlite: bool, postgresql: bool, say: Callable[[str], object]
) -> Iterator[Mapping[str, NewUrl]]:
    """Give for each kind of database what makes the address of a new one; none is SQLite's."""
    kinds: dict[str, NewUrl] = {"SQLite": lambda: ""} if sqlite else {}
    if not postgresql:
        yield kinds
        return
    try:
        services = importlib.import_module("tests.services")
        server = services.PostgreSQL()
        server.start()
    except (ImportError, OSError, LookupError, RuntimeError, SystemExit) as problem:
        where = "INTRANET_TEST_PG" if os.environ.get("INTRANET_TEST_PG") else "this machine"
        say(f"PostgreSQL is left out: none on {where} ({problem})")
        yield kinds
        return
    try:
        yield {**kinds, "PostgreSQL": server.new_database}
    finally:
        server.remove()
