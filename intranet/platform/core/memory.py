"""Tune the garbage collector, the switching of threads, and the memory that C keeps."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event

YOUNG_OBJECTS_LIMIT = 20_000
YOUNGER_COLLECTIONS_LIMIT = 20
MAX_ARENAS = 2
MAPPED_BYTES = 128 * 1024
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
SWITCH_SECONDS = 0.001

_is_frozen = Event()


@contextmanager
def loading() -> Iterator[None]:
    """Switch the garbage collector off while the program loads.

    Almost all loaded objects stay, and scanning them repeatedly took a fifth of the time. They are
    frozen, so that later collections skip them too; only the first call freezes.
    """
    was_looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not _is_frozen.is_set():
            _freeze()
        if was_looking:
            gc.enable()


def _freeze() -> None:
    gc.freeze()
    _is_frozen.set()  # gc.get_freeze_count() takes 50 ms with a million objects


def tune_interpreter() -> None:
    """Freeze what loading left, collect rarely from now on, and switch threads more often.

    A full collection took 170 ms during which no request was answered, and one page in twenty was
    hit by one.

    Threads share two heaps. By default the C library makes up to eight per core, and each keeps its
    peak size: after forty simultaneous uploads 90 MB stayed allocated, with two heaps 40 MB.

    Large blocks are mapped, and given back when they are freed. By default the C library does so
    only until the first is freed, and afterwards takes such blocks from its heap, where small ones
    settle between them: after all pages 16 MB of it lay free, now 4.

    While a plan with 60 changes was applied, posting took 85 ms (p95) where Python switched between
    threads every 5 ms, as it does by default, and 32 ms where it did so every millisecond.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library, without mallopt
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(_M_ARENA_MAX, MAX_ARENAS)
            mallopt(_M_MMAP_THRESHOLD, MAPPED_BYTES)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    _freeze()
    gc.set_threshold(YOUNG_OBJECTS_LIMIT, YOUNGER_COLLECTIONS_LIMIT, YOUNGER_COLLECTIONS_LIMIT)
