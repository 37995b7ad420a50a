"""How the databases are opened: what each needs so that nothing is lost, and nothing waits."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, cast

import psycopg
from flask import Flask
from pydantic_core import from_json
from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    Executable,
    Result,
    Table,
    event,
    exc,
    insert,
)
from sqlalchemy.pool import ConnectionPoolEntry

from intranet.config import Settings
from intranet.extensions import Model, db
from intranet.platform.core import slow
from intranet.platform.core.capacity import THREADS

GONE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
"""What is raised where the database does not answer, stays locked, or has no connection free."""

CONNECTIONS = 60
"""How many connections to PostgreSQL a process keeps at most."""

TRUSTED_SECONDS = 1
"""For so long after its use a connection is taken to be alive."""

PRIVATE_MODE, OTHERS_MODE = 0o600, 0o077
BESIDE = ("-wal", "-shm", "-journal")
BUSY_MILLISECONDS = 10_000
KEPT_BY_SQLITE = 8
"""How many connections to SQLite a process keeps.

Those of a crowd are closed, which gives back their memory; to open one takes 2 ms.
"""

CACHE_KIBIBYTES = 4_000  # of one connection; with 16,000 pages were no faster
HEAP_BYTES = 256 * 1024 * 1024
"""Above this, while a crowd is there, connections to SQLite use their pages again."""

PREPARED = 400  # statements of one connection; there are some hundreds in all


def engine_options(settings: Settings) -> dict[str, Any]:
    """Options of the engine; every thread that serves can have a connection."""
    options: dict[str, Any] = {
        "pool_size": KEPT_BY_SQLITE,
        "max_overflow": THREADS + 10 - KEPT_BY_SQLITE,
        "pool_timeout": 10,
        "pool_use_lifo": True,  # few connections, which have everything prepared and in their cache
    }
    options["hide_parameters"] = True  # they are what people write, and errors go into the log
    options["json_deserializer"] = from_json  # names in several languages: a thousand a page
    if not settings.on_sqlite:
        options |= {
            "pool_size": CONNECTIONS,
            "max_overflow": 0,  # who comes beyond would be connected anew each time
            "pool_recycle": 1800,
            # Who only reads needs no transaction: each statement sees what is committed in any
            # case. And a transaction that is only read ends in a rollback, after which psycopg
            # forgets what it had prepared: every statement of every page was planned anew.
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
        }
        options["connect_args"] = {"connect_timeout": 5, "cursor_factory": Cursor}
    return options


class Cursor(psycopg.Cursor[Any]):
    """Leaves PostgreSQL to plan each question to its index for the words in it.

    Once for all words it would plan badly: to find the newest messages took four times as long.
    """

    def execute(self, query: Any, *how: Any, **more: Any) -> Self:
        """Execute a statement, and prepare it for the next time unless it is such a question."""
        if isinstance(query, str) and "to_tsquery" in query:
            more["prepare"] = False
        return super().execute(query, *how, **more)


def listen(app: Flask) -> None:
    """Set up every connection of the application's engine."""
    with app.app_context():
        engine = db.engine
    slow.listen(engine)
    if engine.dialect.name == "sqlite":
        _listen_sqlite(engine)
    else:
        _listen_postgresql(engine)


def keep_private(path: Path) -> None:
    """Let only its owner read a database, from before anything is in it.

    SQLite gives the files that it makes beside it, `-wal` and `-shm`, the same mode.
    """
    with suppress(OSError):  # where the folder may not be written, opening it will say so
        path.touch(mode=PRIVATE_MODE, exist_ok=True)
    for file in (path, *(path.with_name(path.name + more) for more in BESIDE)):
        with suppress(OSError):
            if file.stat().st_mode & OTHERS_MODE:
                file.chmod(PRIVATE_MODE)


def _listen_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def before(*_given: object) -> None:
        if engine.url.database:
            keep_private(Path(engine.url.database))

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # The driver's own transactions begin too late: of 800 read-then-write it lost 690.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_MILLISECONDS}",
            "foreign_keys=ON",
            f"cache_size=-{CACHE_KIBIBYTES}",
            f"soft_heap_limit={HEAP_BYTES}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _listen_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # Where it expects much it compiles a statement: 270 to 550 ms, for one that takes 20.
        connection.execute("SET jit = off")
        connection.commit()
        connection.prepared_max = PREPARED

    @event.listens_for(engine, "checkin")
    def used(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def is_alive(connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        # As `pool_pre_ping` does, but not of what just worked: that took a tenth of a post.
        if time.monotonic() - entry.info.get("used", time.monotonic()) < TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise exc.InvalidatePoolError from error

    @event.listens_for(engine, "handle_error")
    def forget_prepared(failed: ExceptionContext) -> None:
        # A migration changed what a prepared statement gives: every connection is opened anew.
        if isinstance(failed.original_exception, psycopg.errors.FeatureNotSupported):
            failed.is_disconnect = True

    @event.listens_for(engine, "set_connection_execution_options")
    def set_options(_connection: Connection, options: dict[str, Any]) -> None:
        if options.get("writes"):
            options["isolation_level"] = "READ COMMITTED"


def ask(statement: Executable, **given: object) -> Result[Any]:
    """Ask for columns with a statement that is built once, past the session's own machinery.

    That machinery serves rows that become objects, and costs twice what the question does; what
    waits in the session to be written is written before, as it would be by asking it.
    """
    session = db.session()
    if session.autoflush and (session.new or session.deleted or session.dirty):
        session.flush()
    return session.connection().execute(statement, given)


def store_rows(kind: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store many new rows in one statement, within a unit of work, past the session.

    All of them name the same columns; columns that none names get their defaults.
    """
    write(insert(cast("Table", kind.__table__)), rows)


def write(statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement that gives nothing once for each of these rows.

    A single one is executed as such: psycopg sends many in a pipeline, which for one costs twice
    what the statement does.
    """
    if rows:
        each = [dict(row) for row in rows]
        db.session.connection().execute(statement, each[0] if len(each) == 1 else each)
