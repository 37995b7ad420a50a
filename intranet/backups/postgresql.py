"""Dump and restore PostgreSQL with its own programs, from the snapshot that is counted."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, text

from intranet.backups.manifest import BackupError, Progress
from intranet.backups.postgresql_programs import program

LOOKS_EVERY_SECONDS = 0.2
# The revision is written last: until then no server starts on the database.
LEFT_OUT = "alembic_version"
OURS = "table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"


def size(connection: Connection) -> int:
    """Return the approximate maximum size of a dump in bytes; indexes are not dumped."""
    found = connection.scalar(
        text("SELECT sum(pg_table_size(oid)) FROM pg_class WHERE relkind IN ('r', 'm')")
    )
    return int(found or 0)


def dump(connection: Connection, target: Path, told: Progress) -> int:
    """Dump the database as a connection's transaction sees it; return the version of pg_dump.

    Raises:
        BackupError: the program for it is missing, or fails.
    """
    found = program("pg_dump", _major(connection.engine))
    # The connection is idle while pg_dump works.
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    expected = size(connection)
    process = subprocess.Popen(
        [
            *(found.path, "--format=custom", "--compress=1", f"--snapshot={snapshot}"),
            *("--no-owner", "--no-privileges", f"--exclude-table-data={LEFT_OUT}"),
            *(f"--file={target}", f"--dbname={_conninfo(connection.engine)}"),
        ],
        env=_environment(connection.engine),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while process.poll() is None:
            time.sleep(LOOKS_EVERY_SECONDS)
            done = target.stat().st_size if target.exists() else 0
            told("database", min(done, expected), expected)
        said = process.communicate()[1]
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        raise BackupError(f"pg_dump could not go on: {_first_error(said)}")
    told("database", expected, expected)
    return found.version


def bring_back(engine: Engine, source: Path, *, tool: int) -> None:
    """Restore a dump into an empty database, all of it or nothing.

    Raises:
        BackupError: the program for it is missing, or fails.
    """
    found = program("pg_restore", max(tool, _major(engine)))
    done = subprocess.run(
        [
            *(found.path, "--single-transaction", "--no-owner", "--no-privileges"),
            *(f"--dbname={_conninfo(engine)}", source),
        ],
        # The default is for many connections; here one connection builds indexes alone.
        env={**_environment(engine), "PGOPTIONS": "-c maintenance_work_mem=256MB"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"pg_restore could not go on: {_first_error(done.stderr)}")


def require_empty(engine: Engine) -> None:
    """Refuse a database that is not empty.

    Raises:
        BackupError: it is not empty.
    """
    with engine.connect() as connection:
        tables = connection.scalar(
            text(f"SELECT count(*) FROM information_schema.tables WHERE {OURS}")  # noqa: S608 - ours
        )
    if tables:
        raise BackupError(
            f"The database holds {tables} tables: a copy is brought back into an empty one. "
            "Make a new one and name it in INTRANET_DATABASE_URL."
        )


def require_alone(engine: Engine) -> None:
    """Refuse a database with other connections: their processes cache its content.

    Raises:
        BackupError: it is in use.
    """
    with engine.connect() as connection:
        others = connection.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
    if others:
        raise BackupError(
            f"Others are connected to the database ({others}): stop every server and worker first."
        )


def _major(engine: Engine) -> int:
    with engine.connect() as connection:
        number = connection.scalar(text("SELECT current_setting('server_version_num')::int"))
    return int(number or 0) // 10_000


def _conninfo(engine: Engine) -> str:
    """Return the address of the database without its password, which `ps` would show."""
    return psycopg.conninfo.make_conninfo(**{**_parts(engine), "password": None})


def _environment(engine: Engine) -> dict[str, str]:
    password = _parts(engine).get("password")
    return {**os.environ, **({"PGPASSWORD": password} if password else {})}


def _parts(engine: Engine) -> dict[str, Any]:
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.conninfo.conninfo_to_dict(address)


def _first_error(said: str) -> str:
    lines = [line for line in said.splitlines() if "error" in line.lower()] or said.splitlines()
    return lines[0] if lines else "it did not say why"
