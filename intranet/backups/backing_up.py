"""Take a backup while the site runs: the database, then the files, then the key."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import Connection, create_engine, inspect, select, text

from intranet.backups import postgresql
from intranet.backups import sqlite as embedded
from intranet.backups.manifest import (
    DATABASES,
    FILES,
    KEY,
    SUMS,
    BackupError,
    Hashed,
    Manifest,
    Progress,
    away_as_error,
    hash_of,
    new_file,
)
from intranet.config import Settings
from intranet.delivery.files.models import File
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import FULL, Storage
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.version import version

BATCH_SIZE = 1_000
FOLDER_MODE = 0o700


@away_as_error()
def back_up(settings: Settings, place: Path, told: Progress) -> Manifest:
    """Copy database, files and key to an empty folder; return the manifest.

    In this order every file with a row is in the backup, unless it was deleted meanwhile. After a
    failure nothing of it is left; after a kill it has no manifest.

    Raises:
        BackupError: the folder is not empty, there is no room, or the database cannot be copied.
    """
    with _empty(place):
        expected = _require_room(settings, place)
        taken_at = clock.now()
        database = place / DATABASES[kind_of(settings)]
        found = _copy_database(settings, database, told)
        with new_file(place / SUMS).open("w", encoding="ascii") as listed:
            listed.write(f"{hash_of(database)}  {database.name}\n")
            files = _Files(place, lambda number: told("files", number, max(number, expected) + 1))
            for sha256, name in files.copy(storage()):
                listed.write(f"{sha256}  {name}\n")
            told("files", files.count, files.count)
            key = new_file(place / KEY)
            key.write_text(settings.secret_key, encoding="utf-8")
            listed.write(f"{hash_of(key)}  {KEY}\n")
        manifest = Manifest(
            taken_at=taken_at.isoformat(),
            version=version(),
            revision=found.revision,
            database=kind_of(settings),
            tool=found.tool,
            counts=found.counts,
            files=files.count,
            missing=_missing(place, taken_at),
            size_bytes=database.stat().st_size + files.size_bytes,
            sums=hash_of(place / SUMS),
        )
        os.sync()  # once for all files, which is faster than syncing each
        manifest.write(place)
        os.sync()
    return manifest


def kind_of(settings: Settings) -> str:
    """Return which of `DATABASES` is in use."""
    return "sqlite" if settings.on_sqlite else "postgresql"


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of rows in each table, except those of full-text search."""
    names = sorted(inspect(connection).get_table_names())
    return {
        name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0  # noqa: S608 - a table's name
        for name in names
        if "_fts" not in name and name != postgresql.LEFT_OUT
    }


@contextmanager
def _empty(place: Path) -> Iterator[None]:
    """Require an empty folder, and empty it again if the block fails."""
    if place.exists() and not place.is_dir():
        raise BackupError(f"{place} is a file: name a folder that is empty or not there yet.")
    is_new = not place.exists()
    place.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if any(place.iterdir()):
        raise BackupError(f"{place} is not empty: name a folder that is empty or not there yet.")
    place.chmod(FOLDER_MODE)
    try:
        yield
    except BaseException as error:
        for each in place.iterdir():
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)
        if is_new:
            place.rmdir()
        if isinstance(error, OSError) and error.errno in FULL:
            raise BackupError(f"No room is left in {place}: make some and begin again.") from error
        if isinstance(error, sqlite3.Error):
            raise BackupError(f"SQLite could not go on in {place}: {error}.") from error
        raise


def _require_room(settings: Settings, place: Path) -> int:
    """Refuse a backup that the disk cannot hold; return the number of files.

    Raises:
        BackupError: the disk has less room than the copy takes.
    """
    count = needed = 0
    for each in storage().stored():
        count, needed = count + 1, needed + each.size_bytes
    if settings.on_sqlite:
        needed += embedded.size(_path(settings))
    else:
        with db.engine.connect() as connection:
            needed += postgresql.size(connection)
    free = shutil.disk_usage(place).free
    if free < needed:
        raise BackupError(
            f"The copy takes up to {megabytes(needed)} and {place} has room for "
            f"{megabytes(free)}: make room, or name a folder on another disk."
        )
    return count


@dataclass(frozen=True)
class _Copied:
    """The content of a database copy."""

    revision: str
    counts: Mapping[str, int]
    tool: int


def _copy_database(settings: Settings, target: Path, told: Progress) -> _Copied:
    new_file(target)
    if settings.on_sqlite:
        embedded.copy(_path(settings), target, told)
        address = f"{target.absolute().as_uri()}?mode=ro&immutable=1"
        engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True))
        try:
            with engine.connect() as connection:
                return _Copied(_revision(connection), counts(connection), 0)
        finally:
            engine.dispose()
    snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect().execution_options(**snapshot) as connection:
        revision = _revision(connection)
        tool = postgresql.dump(connection, target, told)
        return _Copied(revision, counts(connection), tool)


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table(postgresql.LEFT_OUT):
        raise BackupError("There is nothing to copy: the database has no tables yet.")
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _path(settings: Settings) -> Path:
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if not path.exists():
        raise BackupError(f"There is nothing to copy: {path} is not there.")
    return path


class _Files:
    """Copies the uploaded files into the backup."""

    def __init__(self, place: Path, told: Callable[[int], object]) -> None:
        self._place = place
        self._told = told
        self.count = self.size_bytes = 0

    def copy(self, source: Storage) -> Iterator[tuple[str, str]]:
        """Copy all files that exist now; yield hash and name of each."""
        for each in source.stored():
            key = each.key
            with suppress(FileNotFoundError), source.open(key) as file:  # deleted a moment ago
                name = f"{FILES}/{key[:2]}/{key}"
                yield self._one(file, self._place / name), name
                self._told(self.count)

    def _one(self, file: BinaryIO, target: Path) -> str:
        for folder in (target.parent.parent, target.parent):
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        sha256 = Hashed(file).pour(target)
        self.size_bytes += target.stat().st_size
        self.count += 1
        return sha256


def _missing(place: Path, taken_at: datetime) -> int:
    """Return how many files from before the backup have a row in the database, but no bytes.

    If a few are missing, the disk may be faulty; if all are, the folder of files is wrong.
    """
    missing, last = 0, UUID(int=0)
    asked = select(File.id, File.key).where(File.created_at < taken_at).order_by(File.id)
    while rows := db.session.execute(asked.where(File.id > last).limit(BATCH_SIZE)).all():
        missing += sum(not (place / FILES / key[:2] / key).exists() for _id, key in rows)
        last = rows[-1].id
    return missing


def megabytes(size: int) -> str:
    """Format a size in MB."""
    return f"{size / 1_000_000:,.0f} MB"
