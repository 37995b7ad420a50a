"""How often Python looks for what nobody refers to any more, and what is given back of it."""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event

FEW = 20_000
SELDOM = 20
ARENAS = 2
_M_ARENA_MAX = -8

_is_frozen = Event()


@contextmanager
def loading() -> Iterator[None]:
    """Switch the garbage collector off while the program loads.

    Almost all of it stays, and to look through it again and again took a fifth of the time. So
    it is not looked through later either; what a second time makes may go again.
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
    _is_frozen.set()  # to count what is frozen takes 50 ms where a million objects are


def settle() -> None:
    """Look through what the loaded program holds no more, and seldom through the rest.

    A full look took 170 ms in which nobody was answered, and one page in twenty met one.

    Threads share two heaps. Else the C library makes up to eight for each core, and each keeps
    the most that it ever held: after forty uploads at once 90 MB stayed, and now 40 do.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library, which has no such heaps
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)
    gc.collect()
    _freeze()
    gc.set_threshold(FEW, SELDOM, SELDOM)
