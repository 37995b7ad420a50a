"""Where bytes are stored: one small interface to a folder.

Nothing is ever stored in part: bytes are written under a temporary name, forced to the disk and
renamed.
"""

import errno
import fcntl
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol

from intranet.platform.core.errors import Refusal
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import settings

INCOMING = "incoming"
PART_BYTES = 256 * 1024
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageFull(Refusal):
    """There is no room left for the bytes. Nothing was stored."""

    status = 507
    title = _l("No storage space left")
    words = _l("The server has no space for this file. Nothing was saved. Tell an administrator.")


class Source(Protocol):
    """A readable source of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; none at the end."""


class OutOfStepError(Exception):
    """A part does not begin where the upload ends, or another part is being written."""


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_hex(16)


class Storage:
    """A folder of bytes, spread over 256 subfolders by the first two letters of the key.

    Keys come from `new_key` and hold no slash.
    """

    def __init__(self, root: Path) -> None:
        """Store the folder; it is created when first needed."""
        self._root = root

    def put(self, key: str, source: Source) -> None:
        """Store a source to its end, whole or not at all.

        Raises:
            StorageFull: the disk has no room, or takes no file of this size.
        """
        place = self._place(key)
        temporary = self._incoming(key)
        with full_disk_as_error():
            temporary.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write(temporary, source)
                temporary.rename(place)
            except BaseException:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
                raise
            _force(place.parent)

    def open(self, key: str) -> BinaryIO:
        """Open the bytes as a seekable stream; FileNotFoundError if they are gone."""
        return self._place(key).open("rb")

    def change(self, key: str) -> BinaryIO:
        """Open bytes that no row names yet for reading and writing."""
        return self._place(key).open("r+b")

    def delete(self, key: str) -> None:
        """Remove bytes; nothing happens if they are not there."""
        self._place(key).unlink(missing_ok=True)

    def append(self, key: str, offset: int, source: Source) -> int:
        """Append a part to an upload, whole or not at all; return the size so far.

        Raises:
            OutOfStepError: the part does not begin at the end, or another is being written.
            StorageFull: the disk has no room.
        """
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
        """Return how many bytes of an upload have arrived."""
        try:
            return self._incoming(key).stat().st_size
        except FileNotFoundError:
            return 0

    def settle(self, key: str) -> None:
        """Store a complete upload under its key.

        Raises:
            OutOfStepError: another process is storing it, or has stored it.
        """
        self._move(self._incoming(key), self._place(key))

    def unsettle(self, key: str) -> None:
        """Turn stored bytes back into an upload in parts."""
        self._move(self._place(key), self._incoming(key))

    def abandon(self, key: str) -> None:
        """Remove what has arrived of an upload."""
        self._incoming(key).unlink(missing_ok=True)

    def stored_keys(self) -> Iterator[str]:
        """Yield every key under which bytes are stored."""
        return (path.name for path in self._root.glob("??/*"))

    def stale(self, before: datetime) -> Iterator[str]:
        """Yield keys stored before an instant; remove unfinished writes that began before it."""
        for path in self._root.glob(f"{INCOMING}/*"):
            if _stored_at(path) < before:
                path.unlink(missing_ok=True)
        for path in self._root.glob("??/*"):
            if _stored_at(path) < before:
                yield path.name

    def _move(self, path: Path, place: Path) -> None:
        with full_disk_as_error():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with _locked(path, os.O_RDWR):
                    path.rename(place)
            except FileNotFoundError as error:
                raise OutOfStepError from error
            _force(place.parent)

    def _incoming(self, key: str) -> Path:
        return self._root / INCOMING / key

    def _place(self, key: str) -> Path:
        if not key.isalnum():
            raise FileNotFoundError(key)
        return self._root / key[:2] / key


def storage() -> Storage:
    """Return the storage that the settings name."""
    return open_storage(settings().storage_url)


@lru_cache
def open_storage(url: str) -> Storage:
    """Open the storage at an address: `file:` and a folder, the only form that settings allow."""
    return Storage(Path(url.removeprefix("file:").removeprefix("//")))


@contextmanager
def full_disk_as_error() -> Iterator[None]:
    """Turn the system's errors for a full disk into `StorageFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from error
        raise


def _write(path: Path, source: Source) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _copy(source, file)


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


def _stored_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
