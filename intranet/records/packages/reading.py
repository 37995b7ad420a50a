"""Read a package, and refuse one that is not as it was written."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Self
from zipfile import BadZipFile, ZipFile

from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.records.packages.signing import is_signed_by
from intranet.records.packages.writing import CHUNK_BYTES, MANIFEST, SEAL_BYTES, SIGNATURE, VERSION

MANIFEST_LIMIT_BYTES = 64 * 1024 * 1024
LINE_LIMIT_BYTES = 16 * 1024 * 1024
UNREADABLE = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error)
"""The errors of a ZIP that is damaged, encrypted, or packed by other means."""


class Package:
    """A package, open for reading. Close it, or use it in a `with` statement."""

    def __init__(self, path: Path, kind: str) -> None:
        """Open a package of a kind and read its manifest.

        Raises:
            Invalid: it is no such package, of a later version, or its manifest was altered.
        """
        self._path = path
        try:
            self._zip = ZipFile(path)
        except UNREADABLE as error:
            raise Invalid({"package": _l("This file is not a package of this program.")}) from error
        try:
            self.manifest = self._read_manifest(kind)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        """Return the package itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._zip.close()

    @property
    def paths(self) -> list[str]:
        """The paths of its files, in the order in which they were written."""
        return [row["path"] for row in self.manifest["files"]]

    def verify(self) -> None:
        """Read every file and compare it with the manifest, and all bytes with their digest.

        Raises:
            Invalid: a file is missing, was added, or differs; the message names it.
        """
        listed = {row["path"]: row for row in self.manifest["files"]}
        there = {name for name in self._zip.namelist() if name not in {MANIFEST, SIGNATURE}}
        if odd := sorted(there ^ listed.keys()):
            raise _altered(odd[0])
        for path, row in listed.items():
            if not _is_plain(path):
                raise _altered(path)
            if self._digest(path, row["bytes"]) != row["sha256"]:
                raise _altered(path)
        if not _is_sealed(self._path):
            raise _altered(self._path.name)

    def open(self, path: str) -> IO[bytes]:
        """Open a file of the package for reading."""
        return self._zip.open(path)

    def lines(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a file of JSON Lines."""
        with self._zip.open(path) as source:
            while line := source.readline(LINE_LIMIT_BYTES):
                yield json.loads(line)

    def _read_manifest(self, kind: str) -> dict[str, Any]:
        try:
            if self._zip.getinfo(MANIFEST).file_size > MANIFEST_LIMIT_BYTES:
                raise _altered(MANIFEST)
            content = self._zip.read(MANIFEST)
            told = json.loads(content)
            signature = bytes.fromhex(self._zip.read(SIGNATURE).decode("ascii"))
            key = bytes.fromhex(told["public_key"])
            known, version, _files = told["format"], told["version"], told["files"]
        except (KeyError, TypeError, ValueError, *UNREADABLE) as error:
            raise _altered(MANIFEST) from error
        if known != kind:
            raise Invalid({"package": _l("This package is of another kind.")})
        if version != VERSION:
            raise Invalid({"package": _l("This package is of another version of the program.")})
        if not is_signed_by(key, signature, content):
            raise _altered(MANIFEST)
        return dict(told)

    def _digest(self, path: str, size: int) -> str:
        """Return the SHA-256 of a file; of a longer one, only of a part, which never fits."""
        digest, left = hashlib.sha256(), size
        try:
            with self._zip.open(path) as source:
                while chunk := source.read(min(CHUNK_BYTES, left + 1)):
                    digest.update(chunk)
                    left -= len(chunk)
                    if left < 0:
                        break
        except UNREADABLE as error:
            raise _altered(path) from error
        return digest.hexdigest()


def _is_sealed(path: Path) -> bool:
    """Return whether no byte was altered, not even one of the ZIP's own, such as a date."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        left = path.stat().st_size - SEAL_BYTES
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            digest.update(chunk)
            left -= len(chunk)
        return file.read() == digest.hexdigest().encode()


def _is_plain(path: str) -> bool:
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts and "\\" not in path


def _altered(path: str) -> Invalid:
    return Invalid({"package": _l("The package was altered: %(path)s", path=path)})
