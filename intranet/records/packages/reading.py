"""Read a package, and refuse one that is not as it was written."""

import hashlib
import json
import re
import stat
import zlib
from collections.abc import Iterator, Mapping
from io import BufferedReader
from math import isinf
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from pydantic_core import from_json

from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.records.packages.signing import is_signed_by
from intranet.records.packages.writing import CHUNK_BYTES, MANIFEST, SEAL_BYTES, SIGNATURE, VERSION

MANIFEST_LIMIT_BYTES = 64 * 1024 * 1024
LINE_LIMIT_BYTES = 16 * 1024 * 1024
MEMBERS_LIMIT = 2_000_000
PATH_LIMIT = 400
UNPACKED_LIMIT_BYTES = 1024 * 1024 * 1024 * 1024
RATIO_LIMIT = 200
"""How many bytes one byte of a package may become: its own files become about ten."""
RATIO_FROM_BYTES = 64 * 1024 * 1024
"""Below this size nobody asks for the ratio."""
UNSTORABLE = re.compile(rb"\\u0000|\d[eE]\+?\d{3}|\d{300}")
"""Signs in a line that it may have NUL, or a number too large for a database."""
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
            self._require_few(path.stat().st_size)
            self.manifest = self._read_manifest(kind)
            self._listed = self._require_listed()
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
        return list(self._listed)

    def size_of(self, path: str) -> int:
        """Return how many bytes a file has."""
        return int(self._listed[path]["bytes"])

    def verify(self) -> None:
        """Read every file and compare it with the manifest, and all bytes with their digest.

        Raises:
            Invalid: a file is missing, was added, or differs; the message names it.
        """
        for path, row in self._listed.items():
            if self._digest(path, row["bytes"]) != row["sha256"]:
                raise altered(path)
        if not _is_sealed(self._path):
            raise altered(self._path.name)

    def open(self, path: str) -> IO[bytes]:
        """Open a file of the package for reading."""
        return self._zip.open(path)

    def lines(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a file of JSON Lines.

        Raises:
            Invalid: a line is too long, or is no object of JSON that a database could store.
        """
        # The ZIP's own `readline` takes longer than to read the JSON.
        with BufferedReader(cast("Any", self._zip.open(path)), CHUNK_BYTES) as source:
            while line := source.readline(LINE_LIMIT_BYTES):
                yield _object(line, path)

    def _require_few(self, size: int) -> None:
        """Refuse, before anything is read, what would become more than its size lets expect."""
        entries = self._zip.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        is_inflated = unpacked > max(RATIO_FROM_BYTES, RATIO_LIMIT * size)
        if len(entries) > MEMBERS_LIMIT or unpacked > UNPACKED_LIMIT_BYTES or is_inflated:
            raise Invalid({"package": _l("This package is larger than a package may be.")})

    def _require_listed(self) -> dict[str, dict[str, Any]]:
        """Return the rows of the manifest by path; each has its one plain file, and no other is."""
        listed: dict[str, dict[str, Any]] = {}
        for row in self.manifest["files"]:
            match row:
                case {"path": str(path), "bytes": int(size), "sha256": str()} if size >= 0:
                    listed[path] = row
                case _:
                    raise altered(MANIFEST)
        entries = self._zip.infolist()
        there = {entry.filename: entry for entry in entries}
        is_double = len(listed) != len(self.manifest["files"]) or len(there) != len(entries)
        if is_double or MANIFEST in listed or SIGNATURE in listed:
            raise altered(MANIFEST)
        if odd := sorted((there.keys() - {MANIFEST, SIGNATURE}) ^ listed.keys()):
            raise altered(odd[0])
        for path, row in listed.items():
            if not _is_plain(there[path]) or there[path].file_size != row["bytes"]:
                raise altered(path)
        return listed

    def _read_manifest(self, kind: str) -> dict[str, Any]:
        try:
            for name, limit in ((MANIFEST, MANIFEST_LIMIT_BYTES), (SIGNATURE, 2 * SEAL_BYTES)):
                if self._zip.getinfo(name).file_size > limit:
                    raise altered(name)
            content = self._zip.read(MANIFEST)
            told = json.loads(content)
            signature = bytes.fromhex(self._zip.read(SIGNATURE).decode("ascii"))
            key = bytes.fromhex(told["public_key"])
            known, version, _files = told["format"], told["version"], told["files"][:0]
        except (KeyError, TypeError, ValueError, RecursionError, *UNREADABLE) as error:
            raise altered(MANIFEST) from error
        if known != kind:
            raise Invalid({"package": _l("This package is of another kind.")})
        if version != VERSION:
            raise Invalid({"package": _l("This package is of another version of the program.")})
        if not is_signed_by(key, signature, content):
            raise altered(MANIFEST)
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
            raise altered(path) from error
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


def _is_plain(entry: ZipInfo) -> bool:
    """Return whether an entry is a file with a relative path that every system can unpack."""
    path, mode = entry.filename, entry.external_attr >> 16
    parts = path.split("/")
    is_file = stat.S_IFMT(mode) in {0, stat.S_IFREG}
    is_safe = path.isprintable() and not re.search(r'[\\:*?"<>|]', path) and len(path) <= PATH_LIMIT
    return is_file and is_safe and not {"", ".", ".."} & set(parts)


def _object(line: bytes, path: str) -> Mapping[str, Any]:
    try:
        # It refuses half a character and UTF-16 too, and takes a third of the time of `json`.
        found = from_json(line, allow_inf_nan=False, cache_strings="keys")
        if UNSTORABLE.search(line):
            _require_storable(found)
    except ValueError as error:
        raise altered(path) from error
    if not isinstance(found, dict):
        raise altered(path)
    return found


def _require_storable(value: Any) -> None:
    """Refuse NUL, which only an escape can write, and a number too large for any database.

    Raises:
        ValueError: there is one.
    """
    if isinstance(value, str | float):
        if "\0" in value if isinstance(value, str) else isinf(value):
            raise ValueError
    elif isinstance(value, dict | list):
        for each in value.items() if isinstance(value, dict) else value:
            _require_storable(list(each) if isinstance(each, tuple) else each)


def altered(path: str) -> Invalid:
    """Return the refusal of a package in which a file is not as it was written."""
    return Invalid({"package": _l("The package was altered: %(path)s", path=path)})
