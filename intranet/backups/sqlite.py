"""SQLite: its own way of copying a database that is written to meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intranet.backups.manifest import BackupError, Progress

PAGES = 2_000
PATIENCE_SECONDS = 30


def size(path: Path) -> int:
    """How many bytes a copy of it takes, about."""
    with _opened(path) as source:
        (pages,) = source.execute("PRAGMA page_count").fetchone()
        (page_bytes,) = source.execute("PRAGMA page_size").fetchone()
    return int(pages * page_bytes)


def copy(path: Path, target: Path, told: Progress) -> None:
    """Copy a database as it stands now. Who writes to it neither waits nor makes this wait.

    The transaction keeps what is read as it was: without one SQLite would begin anew with each
    write of another process, and under load never end.

    Raises:
        BackupError: the database is damaged.
    """
    with _opened(path) as source:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copied = sqlite3.connect(target)
        try:
            # It is forced to the disk when all is there; until then nobody needs to undo it.
            copied.execute("PRAGMA synchronous=OFF")
            copied.execute("PRAGMA journal_mode=OFF")
            source.backup(
                copied,
                pages=PAGES,
                progress=lambda _state, left, pages: told("database", pages - left, pages),
            )
            # In one file: as a database that nobody else has open.
            copied.execute("PRAGMA journal_mode=DELETE")
            (found,) = copied.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            copied.close()
    if found != "ok":
        raise BackupError(f"{path} is damaged ({found}): bring an earlier copy back.")


def bring_into_one_file(path: Path) -> None:
    """Bring what was written last into the database's file, which can then be given its name.

    Raises:
        sqlite3.OperationalError: somebody else has it open.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing.

    One that may not write would leave its files beside the database, perhaps as another user's.
    """
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, PATIENCE_SECONDS, isolation_level=None, uri=True)
    try:
        connection.execute("PRAGMA query_only=ON")
        yield connection
    finally:
        connection.close()
