"""An installation of the last version before 0.1.0, whose tables have revision 0047.

As `iterdump` and `pg_dump --inserts` wrote it: the cast, with announcements, an urgent one among
them, and articles of an employee that wait, came out or went back.
"""

import lzma
import sqlite3
from pathlib import Path

import psycopg


def fill(url: str, database: str) -> None:
    """Put the installation into an empty database."""
    packed = Path(__file__).with_name(f"{database}.sql.xz")
    statements = lzma.decompress(packed.read_bytes()).decode()
    if database == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        connection.executescript(statements)
        connection.close()
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as session:
            session.execute(statements.encode())
