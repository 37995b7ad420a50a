"""The interface of every storage of bytes, and its refusals.

Nothing is ever stored in part: bytes get their key once all of them are safe.
"""

import errno
import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol, TypeAlias

from intranet.platform.core.errors import Refusal, Unavailable
from intranet.platform.core.i18n import _l

PART_BYTES = 256 * 1024
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class StorageFull(Refusal):
    """There is no room left for the bytes. Nothing was stored."""

    status = 507
    title = _l("No storage space left")
    words = _l("The server has no space for this file. Nothing was saved. Tell an administrator.")


class StorageAway(Unavailable):
    """The storage does not answer. Nothing was stored."""

    words = _l("Files cannot be opened or saved right now. Try again in a few minutes.")


class OutOfStepError(Exception):
    """A part does not begin where the upload ends, or another part is being written."""


class Source(Protocol):
    """A readable source of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; none at the end."""


Prepare: TypeAlias = Callable[[BinaryIO], object]
"""Checks or changes bytes before they get their key, in a stream to read, write and seek."""


@dataclass(frozen=True)
class StoredBytes:
    """Bytes that have their key."""

    key: str
    size_bytes: int
    stored_at: datetime


class Storage(Protocol):
    """Bytes by their keys, which come from `new_key` and hold no slash.

    Every method raises `StorageAway` if the storage does not answer.
    """

    def put(self, key: str, source: Source, prepare: Prepare | None = None) -> None:
        """Store a source to its end, whole or not at all.

        Raises:
            StorageFull: there is no room, or files of this size are not taken.
        """

    def open(self, key: str) -> BinaryIO:
        """Open the bytes as a seekable stream; FileNotFoundError if they are gone."""

    def link(self, key: str, *, media_type: str, disposition: str) -> str | None:
        """Return an address at which a browser gets the bytes elsewhere, for some seconds.

        Whoever has it can read them: ask for it once it is clear that the reader may. None if they
        are to be sent by this program.
        """

    def delete(self, key: str) -> None:
        """Remove bytes; nothing happens if they are not there."""

    def digest(self, key: str) -> str:
        """Return the SHA-256 of bytes, in hexadecimal; FileNotFoundError if they are gone."""

    def append(self, key: str, offset: int, source: Source) -> int:
        """Append a part to an upload, whole or not at all; return the size so far.

        Raises:
            OutOfStepError: the part does not begin at the end, or another is being written.
            StorageFull: there is no room.
        """

    def received(self, key: str) -> int:
        """Return how many bytes of an upload have arrived."""

    def settle(self, key: str, prepare: Prepare) -> None:
        """Store a complete upload under its key.

        Raises:
            OutOfStepError: another process is storing it, or has stored it.
        """

    def unsettle(self, key: str) -> None:
        """Turn stored bytes back into an upload in parts."""

    def abandon(self, key: str) -> None:
        """Remove what is left of an upload."""

    def stored(self) -> Iterator[StoredBytes]:
        """Yield all that is stored."""

    def discard_unfinished(self, before: datetime) -> None:
        """Remove what was begun before an instant and never got its key."""


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_hex(16)


def digest_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of all bytes, in hexadecimal."""
    stream.seek(0)
    found = hashlib.sha256()
    while part := stream.read(PART_BYTES):
        found.update(part)
    return found.hexdigest()


def require_key(key: str) -> str:
    """Return a key; FileNotFoundError if it could name a place outside the storage."""
    if not key.isalnum():
        raise FileNotFoundError(key)
    return key


@contextmanager
def full_disk_as_error() -> Iterator[None]:
    """Turn the system's errors for a full disk into `StorageFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull from error
        raise
