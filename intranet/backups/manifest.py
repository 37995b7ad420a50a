"""The parts of a backup. The manifest is written last: a folder without one is no backup."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import BinaryIO

from intranet.delivery.files.storage_interface import StorageAway

FORMAT_VERSION = 1
MANIFEST, SUMS, KEY, FILES = "manifest.json", "SHA256SUMS", "secret_key", "files"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
PART_BYTES = 1024 * 1024
# The format of `sha256sum`; names are limited to the parts of a backup.
LINE = re.compile(r"([0-9a-f]{64})  (database\.(?:sqlite|dump)|secret_key|files/\w\w/(\w+))\n")

Progress = Callable[[str, int, int], object]
"""Called with the stage, the amount that is done, and the total."""


class BackupError(Exception):
    """A backup cannot be taken or restored; the text is the whole message."""


@contextmanager
def away_as_error() -> Iterator[None]:
    """Turn a storage that does not answer into a `BackupError`."""
    try:
        yield
    except StorageAway as error:
        raise BackupError("The storage of files does not answer: run `intranet doctor`.") from error


@dataclass(frozen=True)
class Manifest:
    """The content of a backup, as it was at one instant.

    `tool` is the major version of pg_dump, `missing` the number of files with a row but no bytes.
    `sums` is the hash of the list of all other hashes.
    """

    taken_at: str
    version: str
    revision: str
    database: str
    tool: int
    counts: Mapping[str, int]
    files: int
    missing: int
    size_bytes: int
    sums: str
    format: int = FORMAT_VERSION

    def write(self, place: Path) -> None:
        """Write the manifest, which completes the backup."""
        text = json.dumps(asdict(self), indent=2) + "\n"
        temporary = new_file(place / f"{MANIFEST}.new")
        temporary.write_text(text, encoding="utf-8")
        temporary.rename(place / MANIFEST)


def read(place: Path) -> Manifest:
    """Return the manifest in a folder.

    Raises:
        BackupError: it is no backup, or one that this version cannot read.
    """
    try:
        found = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BackupError(
            f"{place} is no whole copy: it has no {MANIFEST}, which is written last."
        ) from error
    except ValueError as error:
        raise BackupError(f"{place / MANIFEST} cannot be read: take another copy.") from error
    if not isinstance(found, dict) or found.get("format", 0) > FORMAT_VERSION:
        raise BackupError(
            "This copy was taken by a newer version: bring it back with that one, "
            f"{_version_in(found)}."
        )
    try:
        return Manifest(**{field.name: found[field.name] for field in fields(Manifest)})
    except KeyError as error:
        raise BackupError(f"{place / MANIFEST} says nothing of {error}.") from error


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return Hashed(file).to_the_end()


def new_file(path: Path) -> Path:
    """Create an empty file that only its owner can read: it will hold private messages.

    Raises:
        FileExistsError: it is there already.
    """
    path.touch(mode=0o600, exist_ok=False)
    return path


class Hashed:
    """A stream that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and add them to the hash."""
        part = self._file.read(size)
        self._hash.update(part)
        return part

    def pour(self, target: Path) -> str:
        """Write the rest into a new file that only its owner can read; return the hash of all."""
        new_file(target)
        with target.open("wb") as file:
            while part := self.read(PART_BYTES):
                file.write(part)
        return self.hexdigest

    def to_the_end(self) -> str:
        """Read to the end; return the hash of all."""
        while self.read(PART_BYTES):
            pass
        return self.hexdigest

    @property
    def hexdigest(self) -> str:
        """The hash of all bytes read so far."""
        return self._hash.hexdigest()


@dataclass(frozen=True)
class Sum:
    """The hash of a file in the backup; `key` is set for uploaded files."""

    sha256: str
    name: str
    key: str | None


def sums(place: Path, manifest: Manifest) -> Iterator[Sum]:
    """Yield every file of a backup with its hash, in the order in which it was taken.

    Raises:
        BackupError: the list does not match the manifest.
    """
    listed = place / SUMS
    if not listed.is_file() or hash_of(listed) != manifest.sums:
        raise BackupError(f"{listed} is not as it was when the copy was taken: use another copy.")
    with listed.open(encoding="ascii") as lines:
        for line in lines:
            found = LINE.fullmatch(line)
            if not found:
                raise BackupError(f"{listed} names what is no part of a copy.")
            yield Sum(*found.groups())


def _version_in(found: object) -> str:
    return str(found.get("version", "?")) if isinstance(found, dict) else "?"
