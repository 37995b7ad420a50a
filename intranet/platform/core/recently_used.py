"""The results that were used last, kept in the memory of a process for all its threads."""

import threading
from collections import OrderedDict
from hashlib import blake2b
from typing import Generic, TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")

DIGEST_BYTES = 16


class RecentlyUsed(Generic[Key, Result]):
    """Results by what they were made of; the one that was used least recently is dropped first."""

    def __init__(self, most: int) -> None:
        """Begin without any.

        Args:
            most: how many are kept.
        """
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Result] = OrderedDict()

    def __len__(self) -> int:
        """Return how many results are kept."""
        return len(self._kept)

    def get(self, key: Key) -> Result | None:
        """Return what is kept under this key; None without."""
        with self._lock:
            if (known := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return known

    def keep(self, key: Key, result: Result) -> None:
        """Keep a result, in place of what was under its key."""
        with self._lock:
            self._kept[key] = result
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)


def digest_of(*values: object) -> bytes:
    """Return a short key of values whose `repr` says all that counts of them."""
    said = repr(values).encode(errors="surrogatepass")
    return blake2b(said, digest_size=DIGEST_BYTES).digest()
