"""Copy an SQLite database while it is in use, with SQLite's backup API."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intranet.backups.manifest import BackupError, Progress

PAGES_PER_STEP = 2_000
TIMEOUT_SECONDS = 30


def size(path: Path) -> int:
    """Return the approximate size of a copy in bytes."""
    with _opened(path) as source:
        (pages,) = source.execute("PRAGMA page_count").fetchone()
        (page_bytes,) = source.execute("PRAGMA page_size").fetchone()
    return int(pages * page_bytes)


def copy(path: Path, target: Path, told: Progress) -> None:
    """Copy a database as it is now. Writers and the copy do not wait for each other.

    The transaction keeps a snapshot: without it SQLite would restart the copy after each write of
    another process, and under load never finish.

    Raises:
        BackupError: the database is damaged.
    """
    with _opened(path) as source:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copied = sqlite3.connect(target)
        try:
            # It is synced to the disk when complete; until then it needs no journal.
            copied.execute("PRAGMA synchronous=OFF")
            copied.execute("PRAGMA journal_mode=OFF")
            source.backup(
                copied,
                pages=PAGES_PER_STEP,
                progress=lambda _state, left, pages: told("database", pages - left, pages),
            )
            # Without WAL, so that the copy is a single file.
            copied.execute("PRAGMA journal_mode=DELETE")
            (found,) = copied.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            copied.close()
    if found != "ok":
        raise BackupError(f"{path} is damaged ({found}): bring an earlier copy back.")


def bring_into_one_file(path: Path) -> None:
    """Merge the write-ahead log into the database file, so that it can be renamed.

    Raises:
        sqlite3.OperationalError: another process has it open.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a connection that changes nothing.

    It is opened for writing all the same: a read-only connection would leave the WAL files behind,
    perhaps owned by another user.
    """
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, TIMEOUT_SECONDS, isolation_level=None, uri=True)
    try:
        connection.execute("PRAGMA query_only=ON")
        yield connection
    finally:
        connection.close()
