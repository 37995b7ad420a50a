"""Connections to PostgreSQL that are kept from one test to the next.

For each new one a process of the server learns anew what the tables are and how every statement is
carried out; it was most of what the server did.
"""

from typing import Any

import psycopg
from sqlalchemy import URL, Engine, Pool, event

_pools: dict[URL, Pool] = {}
_numbers: set[int] = set()
_restorers: dict[str, psycopg.Connection] = {}


def share(engine: Engine) -> None:
    """Let an engine take the connections that those before it left; SQLite's file is another."""
    if engine.dialect.name == "sqlite":
        return
    if engine.url not in _pools:
        _pools[engine.url] = engine.pool
        event.listen(engine.pool, "connect", _note)
    engine.pool = _pools[engine.url]


def let_go(engine: Engine) -> None:
    """Close an engine's connections, unless they are kept."""
    if engine.pool is not _pools.get(engine.url):
        engine.dispose()


def restorer(url: str) -> psycopg.Connection:
    """A connection that puts rows back: their keys are not checked."""
    if url not in _restorers:
        _restorers[url] = psycopg.connect(url, autocommit=True)
        _restorers[url].execute("SET session_replication_role = replica")
    return _restorers[url]


def end_others(connection: psycopg.Connection) -> None:
    """A server that the last test killed may still be connected, with locks."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s)",
        [list(_numbers)],
    )


def close_those_of(server: str) -> None:
    """Close them for the databases of one server, before it ends."""
    for url in [each for each in _pools if server in str(each)]:
        _pools.pop(url).dispose()
    for name in [each for each in _restorers if server in each]:
        _restorers.pop(name).close()


def close_kept() -> None:
    """Close them all, at the end of the run."""
    for pool in _pools.values():
        pool.dispose()
    for connection in _restorers.values():
        connection.close()


def _note(connection: Any, _entry: object) -> None:
    _numbers.add(connection.info.backend_pid)
