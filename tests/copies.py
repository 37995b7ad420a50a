"""The database with the cast in it, as it was, for each test anew.

SQLite's file is copied. PostgreSQL would take 150 ms for a copy of a database: one is kept, and
before each test its rows are put back from a second schema.
"""

import shutil
from pathlib import Path

import psycopg
from psycopg import sql

from tests import connections

KEPT = "kept"


def keep(url: str) -> None:
    """Remember what the database holds now. Nobody may be connected to it."""
    if url.startswith("sqlite"):
        return
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {KEPT}")
        names = _tables(connection)
        for name in names:
            command = "CREATE UNLOGGED TABLE {}.{} AS TABLE public.{}"
            connection.execute(_command(command, KEPT, name, name))
        # A function: the server reads its statements once a connection, and not for each test.
        commands = [_command("DELETE FROM public.{};", name) for name in names]
        commands += [_refill(connection, name) for name in names if _has_rows(connection, name)]
        body = sql.SQL("BEGIN {} END").format(sql.SQL("").join(commands)).as_string(connection)
        connection.execute(
            f"CREATE FUNCTION {KEPT}.put_back() RETURNS void LANGUAGE plpgsql AS $${body}$$"
        )


def copy(url: str, folder: Path) -> str:
    """Give a database that holds what was kept; a test may do with it what it likes."""
    if url.startswith("sqlite"):
        path = folder / "intranet.sqlite"
        shutil.copyfile(url.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"
    restorer = connections.restorer(_plain(url))
    connections.end_others(restorer)
    restorer.execute(f"SELECT {KEPT}.put_back()")
    return url


def _has_rows(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute(_command("SELECT 1 FROM public.{} LIMIT 1", name)).rowcount > 0


def _refill(connection: psycopg.Connection, name: str) -> sql.Composed:
    """Put back what a table held, but for what the database reckons by itself."""
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [name],
    )
    columns = sql.SQL(",").join(sql.Identifier(column) for (column,) in rows)
    command = sql.SQL("INSERT INTO public.{0} ({1}) SELECT {1} FROM {2}.{0};")
    return command.format(sql.Identifier(name), columns, sql.Identifier(KEPT))


def _tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [name for (name,) in rows]


def _command(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)
