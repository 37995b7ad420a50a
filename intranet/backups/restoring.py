"""Restore a backup to an empty place: every part as it was taken, or nothing at all."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from intranet.backups import postgresql, sqlite
from intranet.backups.backing_up import counts, kind_of, megabytes
from intranet.backups.manifest import (
    DATABASES,
    KEY,
    KINDS,
    PART_BYTES,
    BackupError,
    Hashed,
    Manifest,
    Progress,
    Sum,
    away_as_error,
    new_file,
    read,
    sums,
)
from intranet.backups.settling import RestoreSettlement, settle
from intranet.config import Settings
from intranet.delivery.files.storage import open_storage
from intranet.delivery.files.storage_interface import StorageAway, StorageFull
from intranet.extensions import db
from intranet.moving import steps
from intranet.platform.core import schema
from intranet.platform.core.events import dispatcher

Applications = Callable[[Settings], AbstractContextManager[Flask]]
PARTLY = ".restoring"


@away_as_error()
def bring_back(
    settings: Settings, place: Path, application: Applications, told: Progress, *, signs_out: bool
) -> tuple[Manifest, RestoreSettlement]:
    """Restore a backup, migrate it and settle it; return its manifest and what was settled.

    The final name of the SQLite database, or the revision in PostgreSQL, is set last, so that no
    server starts on an incomplete restore. After a failure the target is emptied.

    Args:
        application: opens the application with these settings.

    Raises:
        BackupError: it is no backup, or for another database, or newer, or damaged; or the target
            is not empty.
    """
    manifest = read(place)
    if manifest.database != kind_of(settings):
        raise BackupError(
            f"This is a copy of {KINDS[manifest.database]}, and INTRANET_DATABASE_URL names "
            f"{KINDS[kind_of(settings)]}: a copy goes back into a database of its kind."
        )
    restoring = _Restoring(settings, place, manifest, told)
    with application(restoring.settings) as app:
        with app.app_context():
            restoring.require_fitting()
        with restoring.undone_if_it_fails():
            restoring.unpack()
            with app.app_context():
                restoring.fill()
            steps.end_any(restoring.settings)
            schema.upgrade(app)
            with app.app_context():
                taken_at = datetime.fromisoformat(manifest.taken_at)
                settled = settle(taken_at, signs_out=signs_out)
                if not dispatcher().drain():
                    raise BackupError("What followed from settling did not end: try it again.")
                db.session.remove()
                db.engine.dispose()
            restoring.give_names()
    return manifest, settled


class _Restoring:
    """A restore in progress."""

    def __init__(self, settings: Settings, place: Path, manifest: Manifest, told: Progress) -> None:
        self._place = place
        self._manifest = manifest
        self._told = told
        self._storage = open_storage(settings)
        self._key = settings.data_dir / KEY
        self._has_own_key = _content(self._key) == settings.secret_key
        self._given_key = settings.secret_key
        self._target: Path | None = None
        self.settings = settings
        if settings.on_sqlite:
            self._target = Path(settings.database_url.removeprefix("sqlite:///"))
            self.settings = replace(settings, database_url=f"sqlite:///{self._partly}")

    @property
    def _partly(self) -> Path | None:
        """The path of the SQLite database until the restore is complete."""
        return self._target and self._target.with_name(self._target.name + PARTLY)

    def require_fitting(self) -> None:
        """Refuse a restore that cannot succeed, before anything is written."""
        revision = schema.of_tables(self._manifest.revision, self._manifest.counts)
        if schema.is_old(revision) and not schema.is_known_revision(revision):
            raise BackupError(
                f"The tables of this copy ({self._manifest.revision}) are {schema.TOO_OLD}"
            )
        if not schema.is_known_revision(revision):
            raise BackupError(
                f"This copy was taken by a newer version, {self._manifest.version} (tables "
                f"{self._manifest.revision}): bring it back with that one."
            )
        if self._target is None:
            postgresql.require_empty(db.engine)
            postgresql.require_alone(db.engine)
        elif self._target.exists():
            raise BackupError(
                f"{self._target} is there already: a copy is brought back into an empty place. "
                "Move it away, or name another folder in INTRANET_DATA_DIR."
            )
        if next(self._storage.stored(), None) is not None:
            raise BackupError(
                "Files are there already: a copy is brought back into an empty place. Move "
                f"{self.settings.storage_url.removeprefix('file:')} away, or name another place."
            )
        if self.settings.storage_bucket:
            return
        free = shutil.disk_usage(self.settings.data_dir).free
        if free < self._manifest.size_bytes:
            raise BackupError(
                f"The copy takes {megabytes(self._manifest.size_bytes)} and "
                f"{self.settings.data_dir} has room for {megabytes(free)}: make room first."
            )

    @contextmanager
    def undone_if_it_fails(self) -> Iterator[None]:
        """Empty the target again if the block fails."""
        try:
            yield
        except BaseException as error:
            with suppress(StorageAway):
                for each in list(self._storage.stored()):
                    self._storage.delete(each.key)
            if self._partly:
                for end in ("", "-wal", "-shm"):
                    self._partly.with_name(self._partly.name + end).unlink(missing_ok=True)
            if isinstance(error, StorageFull):
                raise BackupError("No room is left for the files: make some first.") from error
            raise

    def unpack(self) -> None:
        """Restore all but PostgreSQL's database, and verify every hash."""
        names = set()
        for number, part in enumerate(sums(self._place, self._manifest), 1):
            try:
                self._one(part)
            except FileNotFoundError as error:
                raise BackupError(f"{self._place / part.name} is missing in the copy.") from error
            names.add(part.name if part.key is None else part.key)
            self._told("files", number, self._manifest.files + 2)
        expected = {DATABASES[self._manifest.database], KEY}
        if not expected <= names or len(names) != self._manifest.files + len(expected):
            raise BackupError("Parts of the copy are missing in its list: use another copy.")

    def _one(self, part: Sum) -> None:
        with (self._place / part.name).open("rb") as file:
            source = Hashed(file)
            if part.key:
                self._storage.put(part.key, source)
            elif part.name == KEY:
                self._take_key(source.read(PART_BYTES).decode())
            elif self._partly:
                source.pour(self._partly)
            else:
                source.to_the_end()
        if source.hexdigest != part.sha256:
            raise BackupError(
                f"{self._place / part.name} is not as it was when the copy was taken: "
                "use another copy."
            )

    def _take_key(self, key: str) -> None:
        """Restore the key, unless another one was set on purpose."""
        if key == self._given_key:
            return
        if not self._has_own_key:
            raise BackupError(
                "The secret key that is set is not the one of the copy: second factors, known "
                f"devices and push hang on it. Set the one in {self._place / KEY}."
            )
        fresh = new_file(self._key.with_name(KEY + PARTLY))
        fresh.write_text(key, encoding="utf-8")
        fresh.rename(self._key)

    def fill(self) -> None:
        """Restore a PostgreSQL dump, and check row counts on either database against the manifest.

        On PostgreSQL, also store the revision of the schema.
        """
        if self._target is None:
            dump = self._place / DATABASES["postgresql"]
            self._told("database", 0, 1)
            postgresql.bring_back(db.engine, dump, tool=self._manifest.tool)
            self._told("database", 1, 1)
        with db.engine.connect() as connection:
            found = counts(connection)
        if found != self._manifest.counts:
            differing = sorted(
                name
                for name in {*found, *self._manifest.counts}
                if found.get(name) != self._manifest.counts.get(name)
            )
            raise BackupError(
                f"The database holds other numbers of rows than were copied: {differing}. "
                "Use another copy, and an empty database."
            )
        if self._target is None:
            with db.engine.begin() as connection:
                revision = {"revision": self._manifest.revision}
                connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), revision)

    def give_names(self) -> None:
        """Give the database its final name, now that the restore is complete."""
        if self._target and self._partly:
            sqlite.bring_into_one_file(self._partly)
            os.sync()
            self._partly.rename(self._target)
        os.sync()


def _content(path: Path) -> str | None:
    return path.read_text(encoding="utf-8").strip() if path.exists() else None
