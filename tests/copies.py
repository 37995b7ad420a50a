"""The database with the cast in it, as it was, for each test anew.

SQLite's file is copied. PostgreSQL would take 150 ms for a copy of a database: one is kept, and
before each test its rows are put back from a second schema.
"""

import shutil
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

KEPT = "kept"


def keep(url: str) -> None:
    """Remember what the database holds now. Nobody may be connected to it."""
    if url.startswith("sqlite"):
        return
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {KEPT}")
        for name in _tables(connection):
            command = "CREATE UNLOGGED TABLE {}.{} AS TABLE public.{}"
            connection.execute(_command(command, KEPT, name, name))


def copy(url: str, folder: Path) -> str:
    """Give a database that holds what was kept; a test may do with it what it likes."""
    if url.startswith("sqlite"):
        path = folder / "intranet.sqlite"
        shutil.copyfile(url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"
    with psycopg.connect(_plain(url)) as connection:
        _end_others(connection)
        connection.execute("SET session_replication_role = replica")  # keys are not checked
        connection.execute(_putting_back(url))
    return url


@cache
def _putting_back(url: str) -> sql.Composed:
    """What puts back every row, asked for once: to read what the tables look like takes longer."""
    with psycopg.connect(_plain(url)) as connection:
        names = _tables(connection)
        parts = [_command("DELETE FROM public.{}", name) for name in names]
        parts += [_refill(connection, name) for name in names]
    return sql.SQL(";").join(parts)


def _end_others(connection: psycopg.Connection) -> None:
    """A server that the last test killed may still be connected, with locks."""
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def _refill(connection: psycopg.Connection, name: str) -> sql.Composed:
    """Put back what a table held, but for what the database reckons by itself."""
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [name],
    )
    columns = sql.SQL(",").join(sql.Identifier(column) for (column,) in rows)
    command = sql.SQL("INSERT INTO public.{0} ({1}) SELECT {1} FROM {2}.{0}")
    return command.format(sql.Identifier(name), columns, sql.Identifier(KEPT))


def _tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [name for (name,) in rows]


def _command(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)
