"""A folder as storage: bytes are written under a temporary name, forced to the disk and renamed."""

import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from intranet.delivery.files.storage_interface import (
    PART_BYTES,
    OutOfStepError,
    Prepare,
    Source,
    StoredBytes,
    digest_of,
    full_disk_as_error,
    require_key,
)

INCOMING = "incoming"


class FolderStorage:
    """A folder of bytes, spread over 256 subfolders by the first two letters of the key.

    Its methods are those of `Storage`.
    """

    def __init__(self, root: Path) -> None:
        """Store the folder; it is created when first needed."""
        self._root = root

    def put(self, key: str, source: Source, prepare: Prepare | None = None) -> None:
        """Write a temporary file, prepare it and rename it."""
        place = self._place(key)
        temporary = self._incoming(key)
        with full_disk_as_error():
            temporary.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write(temporary, source, prepare)
                temporary.rename(place)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
                raise
            _force(place.parent)

    def open(self, key: str) -> BinaryIO:
        """Open the file."""
        return self._place(key).open("rb")

    def link(self, key: str, *, media_type: str, disposition: str) -> str | None:  # noqa: ARG002 - as everywhere
        """Return None: a folder has no address."""
        return None

    def delete(self, key: str) -> None:
        """Remove the file."""
        self._place(key).unlink(missing_ok=True)

    def digest(self, key: str) -> str:
        """Read the file to its end."""
        with self.open(key) as stream:
            return digest_of(stream)

    def append(self, key: str, offset: int, source: Source) -> int:
        """Append to the temporary file, under a lock."""
        path = self._incoming(key)
        with full_disk_as_error():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(path) as file:
                if file.seek(0, os.SEEK_END) != offset:
                    raise OutOfStepError
                try:
                    _copy(source, file)
                except BaseException:
                    os.ftruncate(file.fileno(), offset)
                    raise
                return file.tell()

    def received(self, key: str) -> int:
        """Return the length of the temporary file."""
        try:
            return self._incoming(key).stat().st_size
        except FileNotFoundError:
            return 0

    def settle(self, key: str, prepare: Prepare) -> None:
        """Prepare the temporary file under a lock, and rename it."""
        self._move(self._incoming(key), self._place(key), prepare)

    def unsettle(self, key: str) -> None:
        """Rename the file back."""
        self._move(self._place(key), self._incoming(key))

    def abandon(self, key: str) -> None:
        """Remove the temporary file; once it is settled there is none."""
        self._incoming(key).unlink(missing_ok=True)

    def stored(self) -> Iterator[StoredBytes]:
        """Walk through the folder."""
        for path in self._root.glob("??/*"):
            with suppress(FileNotFoundError):  # deleted a moment ago
                found = path.stat()
                stored_at = datetime.fromtimestamp(found.st_mtime, UTC)
                yield StoredBytes(path.name, found.st_size, stored_at)

    def discard_unfinished(self, before: datetime) -> None:
        """Remove old temporary files."""
        for path in self._root.glob(f"{INCOMING}/*"):
            with suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink()

    def _move(self, path: Path, place: Path, prepare: Prepare | None = None) -> None:
        with full_disk_as_error():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with _locked(path, os.O_RDWR) as file:
                    if prepare:
                        with os.fdopen(os.dup(file.fileno()), "r+b") as stream:
                            _prepare(stream, prepare)
                    path.rename(place)
            except FileNotFoundError as error:
                raise OutOfStepError from error
            _force(place.parent)

    def _incoming(self, key: str) -> Path:
        return self._root / INCOMING / key

    def _place(self, key: str) -> Path:
        return self._root / require_key(key)[:2] / key


def _write(path: Path, source: Source, prepare: Prepare | None) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        _copy(source, file)
        if prepare:
            _prepare(file, prepare)


def _prepare(file: BinaryIO, prepare: Prepare) -> None:
    file.seek(0)
    prepare(file)
    file.flush()
    os.fsync(file.fileno())


def _copy(source: Source, file: BinaryIO | io.FileIO) -> None:
    while part := source.read(PART_BYTES):
        rest = memoryview(part)
        while rest:
            rest = rest[file.write(rest) :]
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def _locked(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> Iterator[io.FileIO]:
    """Open and lock a file, unbuffered, so that nobody else writes or moves it meanwhile."""
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise OutOfStepError from error
        if not path.exists() or not os.path.samestat(os.fstat(descriptor), path.stat()):
            raise OutOfStepError  # it was moved while we waited
        yield file


def _force(folder: Path) -> None:
    """Force the new name to the disk, so that it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
