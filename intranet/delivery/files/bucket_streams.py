"""An object to read like a file."""

import io
import os
from typing import TYPE_CHECKING, Final

from intranet.delivery.files.bucket_client import BucketClient

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

WINDOW_BYTES: Final = 512 * 1024


class BucketStream(io.RawIOBase):
    """Reads an object in windows, each in one request.

    So a reader who pauses holds no connection to the store, and can begin anywhere.
    """

    def __init__(self, client: BucketClient, name: str, size: int) -> None:
        """Begin at the start; nothing is read yet."""
        self._client, self._name, self._size = client, name, size
        self._at = self._window_at = 0
        self._window = b""

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, and return the new position."""
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill a buffer as far as the window reaches; return how many bytes, 0 at the end."""
        target = memoryview(buffer).cast("B")
        if self._at >= self._size or not target:
            return 0
        if not self._window_at <= self._at < self._window_at + len(self._window):
            end = min(self._at + WINDOW_BYTES, self._size)
            self._window = self._client.read(self._name, self._at, end)
            self._window_at = self._at
        begin = self._at - self._window_at
        part = self._window[begin : begin + len(target)]
        target[: len(part)] = part
        self._at += len(part)
        return len(part)
