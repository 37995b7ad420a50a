"""Engine options and connection set-up for SQLite and PostgreSQL."""

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg
from flask import Flask
from pydantic_core import from_json
from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    Executable,
    Insert,
    Result,
    Table,
    event,
    exc,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state, set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlalchemy.pool import ConnectionPoolEntry

from intranet.config import Settings
from intranet.extensions import Identified, Model, db
from intranet.platform.core import greenlet_waits, prepared, slow_statements
from intranet.platform.core.capacity import MAX_THREADS
from intranet.platform.core.postgresql_cursor import Cursor
from intranet.platform.core.writer_turns import turn_to_write

Row = TypeVar("Row", bound=Identified)
GONE = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)
"""The errors of a database that does not answer, stays locked, or has no connection free."""

CONNECTION = "connection"
"""The key of a session's info under which a unit of work keeps its connection."""

MAX_CONNECTIONS = 60
"""The connections of a process to PostgreSQL."""

TRUSTED_SECONDS = 1
"""How long after its use a connection is assumed to be alive."""

PRIVATE_MODE, OTHERS_MODE = 0o600, 0o077
BESIDE = ("-wal", "-shm", "-journal")
BUSY_MILLISECONDS = 10_000
LOG_BYTES = 64 * 1024 * 1024
"""The size to which SQLite cuts its write-ahead log when it begins it anew."""

SHRINK_MILLISECONDS = 500
"""How long writers wait at most while the log is emptied."""

SQLITE_POOL_SIZE = 8
"""The connections to SQLite that a process keeps.

Further ones are closed after use, which frees their memory; opening one takes 2 ms.
"""

CACHE_KIBIBYTES = 4_000  # of one connection; with 16,000 pages were no faster
HEAP_BYTES = 256 * 1024 * 1024
"""The soft limit of SQLite's memory; above it connections reuse their cached pages."""

_ENOUGH_MEMORY = """
SELECT set_config('work_mem', '16MB', false) FROM pg_settings
WHERE name = 'work_mem' AND setting::integer < 16 * 1024
"""
"""Lets PostgreSQL keep what one step of a statement found.

With its default of 4 MB it forgot which of 140,000 messages with a word it had found, and read all
messages on their pages: listing those in one's rooms took 214 ms, now 48.
"""

MAX_PREPARED_STATEMENTS = 400  # statements of one connection; there are some hundreds in all


def engine_options(settings: Settings) -> dict[str, Any]:
    """Return the options of the engine, such as the size of its connection pool."""
    options: dict[str, Any] = {
        "pool_size": SQLITE_POOL_SIZE,
        "max_overflow": MAX_THREADS + 10 - SQLITE_POOL_SIZE,
        "pool_timeout": 10,
        "pool_use_lifo": True,  # prefer few connections, whose caches are warm
    }
    options["hide_parameters"] = True  # they are what people write, and errors go into the log
    options["json_deserializer"] = from_json  # names in several languages: a thousand a page
    if not settings.on_sqlite:
        options |= {
            "pool_size": MAX_CONNECTIONS,
            "max_overflow": 0,  # connections in the overflow would be reopened for each request
            "pool_recycle": 1800,
            # Reads need no transaction: each statement sees what is committed in any case. And a
            # read transaction ends in a rollback, which makes psycopg drop its prepared
            # statements, so that every statement of every page would be planned again.
            "isolation_level": "AUTOCOMMIT",
            "skip_autocommit_rollback": True,
        }
        options["connect_args"] = {"connect_timeout": 5, "cursor_factory": Cursor}
    return options


def listen(app: Flask) -> None:
    """Set up every connection of the application's engine."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        slow_statements.listen(engine)
        _listen_sqlite(engine)
    else:
        listen_postgresql(engine)
        _check_connections(engine)


def keep_private(path: Path) -> None:
    """Make a database file readable by its owner alone, before anything is written to it.

    SQLite gives the files that it makes beside it, `-wal` and `-shm`, the same mode.
    """
    with suppress(OSError):  # where the folder may not be written, opening it will say so
        path.touch(mode=PRIVATE_MODE, exist_ok=True)
    for file in (path, *(path.with_name(path.name + more) for more in BESIDE)):
        with suppress(OSError):
            if file.stat().st_mode & OTHERS_MODE:
                file.chmod(PRIVATE_MODE)


def _listen_sqlite(engine: Engine) -> None:
    folder = Path(engine.url.database).parent if engine.url.database else None

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
            f"journal_size_limit={LOG_BYTES}",
            f"busy_timeout={BUSY_MILLISECONDS}",
            "foreign_keys=ON",
            f"cache_size=-{CACHE_KIBIBYTES}",
            f"soft_heap_limit={HEAP_BYTES}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            with turn_to_write(folder) if folder else nullcontext():
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")


def listen_postgresql(engine: Engine) -> None:
    """Set up every connection of an engine to PostgreSQL."""
    slow_statements.listen(engine)
    greenlet_waits.install()

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # Compiling an expensive-looking statement took 270 to 550 ms; running it takes 20.
        connection.execute("SET jit = off")
        connection.execute(_ENOUGH_MEMORY)
        connection.commit()
        connection.prepared_max = MAX_PREPARED_STATEMENTS

    @event.listens_for(engine, "handle_error")
    def forget_prepared(failed: ExceptionContext) -> None:
        # A migration has changed the result of a prepared statement: reopen every connection.
        if isinstance(failed.original_exception, psycopg.errors.FeatureNotSupported):
            failed.is_disconnect = True

    @event.listens_for(engine, "set_connection_execution_options")
    def set_options(_connection: Connection, options: dict[str, Any]) -> None:
        if options.get("writes"):
            options["isolation_level"] = "READ COMMITTED"


def _check_connections(engine: Engine) -> None:
    @event.listens_for(engine, "checkin")
    def used(_connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def is_alive(connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        # Like `pool_pre_ping`, but skipped after recent use: it took a tenth of the time of a post.
        if time.monotonic() - entry.info.get("used", time.monotonic()) < TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise exc.InvalidatePoolError from error


def execute_prepared(statement: Executable, **given: object) -> Result[Any]:
    """Query columns with a statement that is built once, bypassing the session's ORM loading.

    For plain columns the ORM would cost twice as much as the query itself. Pending changes in the
    session are flushed first, as the session would do.
    """
    session = db.session()
    if session.autoflush and (session.new or session.deleted or session.dirty):
        session.flush()
    return prepared.query(_connection(session), statement, given)


def _connection(session: Session) -> Connection:
    """Return the connection of the session, which takes a while to find outside a unit of work."""
    known: Connection | None = session.info.get(CONNECTION)
    return session.connection() if known is None or known.closed else known


def store_rows(kind: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows in one statement, within a unit of work, bypassing the session.

    All rows have the same keys; columns without a key get their defaults.
    """
    write(_inserting(kind), rows)


@cache
def _inserting(kind: type[Model]) -> Insert:
    return insert(cast("Table", kind.__table__))


def known_row(kind: type[Row], columns: Mapping[str, Any]) -> Row:
    """Return a row of the session with columns that were read a moment ago, its id among them.

    Loading it through the session takes longer than the query. Columns that are not given are
    loaded when they are asked for.
    """
    session = db.session()
    known = cast("Row | None", session.identity_map.get(identity_key(kind, columns["id"])))
    if known is not None:
        for name, value in columns.items():
            set_committed_value(known, name, value)
        return known
    row = detached_row(kind, columns)
    attach(row)
    return row


def detached_row(kind: type[Row], columns: Mapping[str, Any]) -> Row:
    """Return a row with these columns, its id among them, that belongs to no session.

    Columns that are not given cannot be read before it is attached.
    """
    key, own_columns = identity_key(kind, columns["id"]), _column_names(kind)
    row = cast("Row", inspect(kind).class_manager.new_instance())
    vars(row).update(columns)
    # `make_transient_to_detached` does the same for each attribute, and takes six times as long.
    state = instance_state(row)
    state.key = key
    state.expired_attributes.update(own_columns.difference(columns))
    return row


@cache
def _column_names(kind: type[Identified]) -> frozenset[str]:
    return frozenset(inspect(kind).column_attrs.keys())


def attach(row: Model) -> None:
    """Add a row that is stored already to the session, without the rows that belong to it.

    `Session.add` looks for those through all relationships, which takes longer than the rest.
    """
    db.session()._save_or_update_impl(instance_state(row))  # noqa: SLF001 - SQLAlchemy has no other way


def on_sqlite() -> bool:
    """Return whether the database is SQLite; otherwise it is PostgreSQL."""
    return db.session.get_bind().dialect.name == "sqlite"


def shrink_log() -> None:
    """Empty SQLite's write-ahead log, unless somebody reads from it for as long as this waits.

    SQLite begins it anew only at a moment without readers. On a busy site there is none, and the
    file grew to 5.9 GB.
    """
    if not on_sqlite():
        return
    with db.engine.connect() as connection:
        driver = cast("Any", connection.connection.driver_connection)
        driver.execute(f"PRAGMA busy_timeout={SHRINK_MILLISECONDS}")
        try:
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            driver.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")


def insert_into(kind: type[Model] | Table) -> Any:
    """Return an insert statement of the database's dialect, which supports `ON CONFLICT`."""
    return (sqlite.insert if on_sqlite() else postgresql.insert)(kind)


def rows_of(kind: type[Row], ids: Sequence[UUID]) -> list[Row]:
    """Load rows by their ids, a few thousand at most, in the order of the ids."""
    found = {row.id: row for row in db.session.scalars(select(kind).where(kind.id.in_(ids)))}
    return [found[row_id] for row_id in ids]


def execute(statement: Executable) -> None:
    """Execute a statement without a result, and leave the session's objects as they are."""
    db.session.execute(statement, execution_options={"synchronize_session": False})


def expire_rows(kind: type[Model]) -> None:
    """Expire the session's rows of a kind, so that they are loaded again."""
    for known in list(db.session.identity_map.values()):
        if isinstance(known, kind):
            db.session.expire(known)


def write(statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement without a result once for each row."""
    if rows:
        prepared.write(_connection(db.session()), statement, rows)
