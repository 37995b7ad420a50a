"""How long something takes that this thread does, whatever else is going on."""

import gc
from collections.abc import Callable
from time import thread_time
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")


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
