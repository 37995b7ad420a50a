"""How long something takes that this thread does, whatever else is going on."""

import gc
from collections.abc import Callable
from time import process_time, thread_time
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")
RECKONED_QUIETLY = 0.55
"""Seconds of `reckoning_seconds` with nobody else on the machine."""


def worked(do: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> tuple[Result, float]:
    """Do it; give what it gives, and the seconds that the processor worked for it.

    Python does not look for garbage meanwhile: in a large process that alone takes a second.
    """
    gc.disable()
    began = thread_time()
    try:
        return do(*args, **kwargs), thread_time() - began
    finally:
        gc.enable()


def reckoning_seconds() -> float:
    """How long this core takes now for a sum that is always the same."""
    start = process_time()
    found: dict[str, int] = {}
    for number in range(3_000_000):
        key = f"{number % 997}:{number % 31}"
        found[key] = found.get(key, 0) + len(key.split(":"))
    assert len(found) == 997 * 31
    return process_time() - start


def quiet(seconds: float, before: float, after: float) -> float:
    """What would have taken so long on the core on which such seconds were promised.

    Two threads of one core take up to twice the time each: the same sum then does as well.
    """
    return seconds * min(1.0, 2 * RECKONED_QUIETLY / (before + after))
