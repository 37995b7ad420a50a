"""Write a package: a ZIP whose files are listed with their digests in a signed manifest.

It opens with what every computer has. Files are written as they come, so that a package of many
gigabytes needs little memory.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic_core import to_json

from intranet.platform.core import clock
from intranet.records.packages.signing import public_key, sign

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
VERSION = 1
CHUNK_BYTES = 256 * 1024
LEVEL = 4  # half the time of zlib's usual level, and a tenth more bytes

SEAL = b"sha256:"
SEAL_BYTES = 64
"""The last bytes of a package, its ZIP comment: the SHA-256 of all bytes before them, in hex."""

WriteLine = Callable[[Mapping[str, Any]], None]


class PackageWriter:
    """A package that is being written. Paths are relative, with slashes, each given once."""

    def __init__(self, out: BinaryIO, kind: str, about: Mapping[str, Any]) -> None:
        """Begin a package.

        Args:
            out: receives the bytes; it need not be seekable.
            kind: the name of the format, for example `intranet.agency`.
            about: what the package holds and who asked for it, as JSON; it opens the manifest.
        """
        self._out = _SealedOutput(out)
        self._zip = _Zip(cast("BinaryIO", self._out), "w", ZIP_DEFLATED)
        self._zip.comment = SEAL + b"0" * SEAL_BYTES
        self._about = {
            "format": kind,
            "version": VERSION,
            "made_at": clock.now().astimezone(UTC).isoformat(),
            **about,
        }
        self._files: list[dict[str, Any]] = []
        self._paths: set[str] = set()

    def add(self, path: str, content: bytes) -> None:
        """Add a file with this content."""
        with self.file(path) as write:
            write(content)

    def copy(self, path: str, source: BinaryIO) -> None:
        """Add a file with everything that is left to read from a source."""
        with self.file(path) as write:
            while chunk := source.read(CHUNK_BYTES):
                write(chunk)

    @contextmanager
    def lines(self, path: str) -> Iterator[WriteLine]:
        """Add a file of JSON Lines: UTF-8, one object on each line, names in the given order."""
        held = bytearray()
        with self.file(path) as write:

            def add(row: Mapping[str, Any]) -> None:
                held.extend(to_json(row))
                held.extend(b"\n")
                if len(held) > CHUNK_BYTES:
                    write(bytes(held))
                    held.clear()

            yield add
            write(bytes(held))

    @contextmanager
    def file(self, path: str) -> Iterator[Callable[[bytes], None]]:
        """Add a file in parts; only one can be open at a time."""
        if path in self._paths:
            raise ValueError(path)
        self._paths.add(path)
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_entry(path), "w", force_zip64=True) as target:

            def write(content: bytes) -> None:
                nonlocal size
                digest.update(content)
                size += len(content)
                target.write(content)

            yield write
        self._files.append({"path": path, "bytes": size, "sha256": digest.hexdigest()})

    def finish(self, **counts: Any) -> str:
        """Write the manifest and its signature; return the SHA-256 of the manifest.

        Args:
            counts: what was counted while writing, by name; it stands in the manifest.
        """
        told = {**self._about, **counts, "public_key": public_key().hex(), "files": self._files}
        manifest = json.dumps(told, ensure_ascii=False, indent=1).encode()
        self._zip.writestr(_entry(MANIFEST), manifest)
        self._zip.writestr(_entry(SIGNATURE), sign(manifest).hex())
        self._zip.close()
        self._out.seal()
        return hashlib.sha256(manifest).hexdigest()


class _Zip(ZipFile):
    def __del__(self) -> None:
        """Leave a package that broke off as it is: where it went is closed already."""


class _SealedOutput:
    """Passes bytes on, but for the last ones: there the digest of all others is written."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self._held = b""

    def write(self, content: bytes) -> int:
        """Pass on what cannot be the end, and remember the rest."""
        held = self._held + bytes(content)
        passed, self._held = held[:-SEAL_BYTES], held[-SEAL_BYTES:]
        self._digest.update(passed)
        self._out.write(passed)
        return len(content)

    def flush(self) -> None:
        """Flush what was passed on."""
        self._out.flush()

    def seal(self) -> None:
        """Write the digest in the place of the last bytes."""
        self._out.write(self._digest.hexdigest().encode())
        self._out.flush()


def _entry(path: str) -> ZipInfo:
    now: datetime = clock.now()
    entry = ZipInfo(path, now.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry._compresslevel = LEVEL  # type: ignore[attr-defined] # noqa: SLF001 - the only way in
    entry.external_attr = 0o644 << 16
    return entry
