"""Copy all files from one storage to another while people work; what is there already stays."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial

from intranet.delivery.files.storage_interface import Storage, digest_of
from intranet.platform.core.batches import batches

MAX_THREADS = 8
BATCH_SIZE = 200


class FileCopy(StrEnum):
    """The fate of a file: copied, there already with the same bytes, or deleted meanwhile."""

    COPIED = "copied"
    THERE = "there"
    GONE = "gone"


class DifferentBytesError(Exception):
    """A file reads differently in the other storage; the text is its key."""


def copy_all(
    source: Storage, target: Storage, told: Callable[[int], object]
) -> Mapping[FileCopy, int]:
    """Copy each file that the target lacks, and compare what the target then gives back.

    It can be stopped at any time, and begun again.

    Args:
        told: called with the number of files so far.

    Returns:
        The number of files by what became of them.

    Raises:
        DifferentBytesError: a file is not what it was when it was stored.
        StorageAway, StorageFull: one of the two cannot go on.
    """
    counts: Counter[FileCopy] = Counter()
    with ThreadPoolExecutor(MAX_THREADS) as pool:
        for keys in batches((each.key for each in source.stored()), BATCH_SIZE):
            counts.update(pool.map(partial(_copy, source, target), keys))
            told(counts.total())
    return counts


def _copy(source: Storage, target: Storage, key: str) -> FileCopy:
    try:
        digest = source.digest(key)
        if _digest(target, key) == digest:
            return FileCopy.THERE
        with source.open(key) as stream:
            target.put(key, stream)
    except FileNotFoundError:
        return FileCopy.GONE
    with target.open(key) as stream:
        if digest_of(stream) != digest:
            target.delete(key)
            raise DifferentBytesError(key)
    return FileCopy.COPIED


def _digest(storage: Storage, key: str) -> str | None:
    try:
        return storage.digest(key)
    except FileNotFoundError:
        return None
