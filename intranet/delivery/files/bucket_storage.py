"""A bucket of an object store as storage. It is trusted with nothing that it does not show again.

Whatever is stored goes through a temporary file, so that it can be sent again, and is asked for
once the store has acknowledged it.
"""

import io
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import BinaryIO, Final

from intranet.bucket_address import BucketAddress
from intranet.delivery.files.bucket_client import BucketClient
from intranet.delivery.files.bucket_streams import BucketStream
from intranet.delivery.files.limits import MIB
from intranet.delivery.files.storage_interface import (
    PART_BYTES,
    OutOfStepError,
    Prepare,
    Source,
    StorageAway,
    StoredBytes,
    digest_of,
    full_disk_as_error,
    require_key,
)

log = logging.getLogger(__name__)

INCOMING: Final = "incoming"
MULTIPART_BYTES: Final = 8 * MIB
"""Length of the parts of a large object; smaller ones are written in one request."""
WRITES: Final = 3
BUFFER_BYTES: Final = 64 * 1024
DIGEST: Final = "sha256"
_NAME: Final = re.compile(r"\w\w/(\w+)")


class BucketStorage:
    """Objects that are named as the files of a folder are. Its methods are those of `Storage`.

    An upload in parts is an object for each part, named by its offset, until it is settled: any
    machine can take the next part.
    """

    def __init__(self, address: BucketAddress, access_key: str, secret_key: str) -> None:
        """Prepare the client; nothing is asked yet.

        Raises:
            BucketFaultError: the address or the key is incomplete.
        """
        self.client = BucketClient(address, access_key, secret_key)

    def put(self, key: str, source: Source, prepare: Prepare | None = None) -> None:
        """Write an object, and ask for it."""
        name = _name(key)
        with tempfile.TemporaryFile() as file, full_disk_as_error():
            _pour(source, file)
            if prepare:
                file.seek(0)
                prepare(file)
            self._write(name, file)

    def open(self, key: str) -> BinaryIO:
        """Ask for the length; what is read comes in windows."""
        name = _name(key)
        return self._opened(name, self.client.head(name)["ContentLength"])

    def delete(self, key: str) -> None:
        """Delete the object."""
        self.client.delete(_name(key))

    def digest(self, key: str) -> str:
        """Return what was noted on writing; an object of other origin is read."""
        found = self.client.head(_name(key))
        if noted := found.get("Metadata", {}).get(DIGEST):
            return str(noted)
        with self.open(key) as stream:
            return digest_of(stream)

    def append(self, key: str, offset: int, source: Source) -> int:
        """Write an object for the part."""
        if offset != self.received(key):
            raise OutOfStepError
        with tempfile.TemporaryFile() as file, full_disk_as_error():
            _pour(source, file)
            if file.tell():
                self._write(f"{_incoming(key)}{offset:020d}", file)
            return offset + file.seek(0, os.SEEK_END)

    def received(self, key: str) -> int:
        """Return where the first part is missing."""
        return sum(size for _part, size in self._parts(key))

    def settle(self, key: str, prepare: Prepare) -> None:
        """Write an object from all parts, which stay until they are abandoned."""
        parts = self._parts(key)
        if not parts:
            raise OutOfStepError
        with tempfile.TemporaryFile() as file, full_disk_as_error():
            for part, size in parts:
                with self._opened(part, size) as stream:
                    shutil.copyfileobj(stream, file, PART_BYTES)
            file.seek(0)
            prepare(file)
            self._write(_name(key), file)

    def unsettle(self, key: str) -> None:
        """Do nothing: the parts are still there, and the object will be written again."""

    def abandon(self, key: str) -> None:
        """Delete the objects of all parts."""
        for name, _size, _stored_at in self.client.objects(_incoming(key)):
            self.client.delete(name)

    def stored(self) -> Iterator[StoredBytes]:
        """List the objects."""
        for name, size, stored_at in self.client.objects():
            if found := _NAME.fullmatch(name):
                yield StoredBytes(found[1], size, stored_at)

    def discard_unfinished(self, before: datetime) -> None:
        """Delete parts of uploads, and abort large objects that were not completed."""
        for name, _size, stored_at in self.client.objects(f"{INCOMING}/"):
            if stored_at < before:
                self.client.delete(name)
        for name, upload, begun_at in self.client.unfinished():
            if begun_at < before:
                with suppress(FileNotFoundError):
                    self.client.abort(name, upload)

    def link(self, key: str, *, media_type: str, disposition: str) -> str | None:
        """Sign an address of the store, if the address of the bucket says for how long."""
        if not self.client.address.presign:
            return None
        headers = {"ResponseContentType": media_type, "ResponseContentDisposition": disposition}
        return self.client.link(
            _name(key), {**headers, "ResponseCacheControl": "private, no-store"}
        )

    def _opened(self, name: str, size: int) -> BinaryIO:
        return io.BufferedReader(BucketStream(self.client, name, size), BUFFER_BYTES)

    def _parts(self, key: str) -> list[tuple[str, int]]:
        """Return the parts that follow each other from the beginning, and their lengths."""
        parts, end = [], 0
        for name, size, _stored_at in self.client.objects(_incoming(key)):
            if not name.endswith(f"/{end:020d}"):
                break
            parts.append((name, size))
            end += size
        return parts

    def _write(self, name: str, file: BinaryIO) -> None:
        """Write an object until it is there.

        Raises:
            StorageAway: the store acknowledges it, and does not have it.
        """
        file.flush()
        size = file.seek(0, os.SEEK_END)
        digest = digest_of(file)
        for _write in range(WRITES):
            file.seek(0)
            self._send(name, file, size, {DIGEST: digest})
            if self._has(name, size, digest):
                return
            log.error("files: the store acknowledged %s and does not have it", name)
        raise StorageAway

    def _send(self, name: str, file: BinaryIO, size: int, metadata: dict[str, str]) -> None:
        if size <= MULTIPART_BYTES:
            self.client.put(name, file, metadata)
            return
        upload, tags = self.client.begin(name, metadata), list[str]()
        try:
            while part := file.read(MULTIPART_BYTES):
                tags.append(self.client.put_part(name, upload, len(tags) + 1, part))
            self.client.complete(name, upload, tags)
        except FileNotFoundError:
            return  # it was completed, and the answer was lost; whether it is there is asked next
        except BaseException:
            with suppress(StorageAway, FileNotFoundError):
                self.client.abort(name, upload)
            raise

    def _has(self, name: str, size: int, digest: str) -> bool:
        try:
            found = self.client.head(name)
        except FileNotFoundError:
            return False
        return (found["ContentLength"], found.get("Metadata", {}).get(DIGEST)) == (size, digest)


def _name(key: str) -> str:
    return f"{require_key(key)[:2]}/{key}"


def _incoming(key: str) -> str:
    return f"{INCOMING}/{require_key(key)}/"


def _pour(source: Source, file: BinaryIO) -> None:
    while part := source.read(PART_BYTES):
        file.write(part)
